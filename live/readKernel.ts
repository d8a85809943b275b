/** What a host's kernel says, read by constant scripts over the connection's own transport. */
import { type Asked, isUnknown, type Unknown, unknown } from "../facts/asked.ts";
import type { CacheCounts, GuestMemory, KernelFacts, KernelSample } from "../facts/hostFacts.ts";
import {
  parseCacheCounts,
  parseCellMemory,
  parseChoice,
  parseGovernors,
  parseGuests,
  parseInterfaces,
  parseKernelSample,
} from "../facts/kernelTexts.ts";
import type { Privilege } from "../libvirt/transport/bootstrap.ts";
import { type HostShell, openShell } from "../libvirt/transport/shell.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { CACHE_SCRIPT, GUESTS_SCRIPT, KERNEL_FILES, SAMPLE_SCRIPT } from "./scripts.ts";

export type CacheAnswer = ReadonlyMap<string, Asked<CacheCounts>>;

export class KernelReader {
  readonly #uri: string;
  /** Milliseconds that one question may take. */
  readonly timeoutMs: number;
  readonly #shells: HostShell[] = [];
  #shell: HostShell | undefined;
  /** Why the host is not asked any more: whoever does not answer once would be waited for each time. */
  #givenUp: Unknown | undefined;
  /** Root sees all; without it most is still there to be read. */
  #privilege: Privilege = "root";

  constructor(uri: string, timeoutMs: number) {
    this.#uri = uri;
    this.timeoutMs = timeoutMs;
  }

  async sample(): Promise<Asked<KernelSample>> {
    const text = await this.#ask((shell, as) => shell.run(SAMPLE_SCRIPT, { what: "reading /proc", as }));
    return isUnknown(text) ? text : parseKernelSample(text);
  }

  async facts(): Promise<Asked<Omit<KernelFacts, "cache">>> {
    const read = await this.#ask((shell, as) =>
      shell.readFiles(KERNEL_FILES, { what: "reading /sys and /proc", as }),
    );
    if (isUnknown(read)) return read;
    const { files } = read;
    const maps = await this.#ask((shell, as) => shell.run(GUESTS_SCRIPT, { what: "reading numa_maps", as }));
    const guests: ReadonlyMap<string, Asked<GuestMemory>> = isUnknown(maps) ? new Map() : parseGuests(maps);
    return {
      governors: parseGovernors(files),
      numaBalancing: files.get("/proc/sys/kernel/numa_balancing")?.trim(),
      thp: parseChoice(files.get("/sys/kernel/mm/transparent_hugepage/enabled")),
      thpDefrag: parseChoice(files.get("/sys/kernel/mm/transparent_hugepage/defrag")),
      memory: parseCellMemory(files),
      interfaces: parseInterfaces(files),
      guests,
    };
  }

  /** What a constant script prints. */
  print(script: string, what: string, fields: readonly string[] = []): Promise<Asked<string>> {
    return this.#ask((shell, as) => shell.run(script, { what, as, fields }));
  }

  /** Counts for so long, on a connection of its own: other questions are asked meanwhile. */
  async cache(seconds: number): Promise<CacheAnswer | undefined> {
    const text = await this.#ask((_, as) =>
      this.#open().run(CACHE_SCRIPT, {
        what: "counting cache misses",
        as,
        fields: [String(seconds)],
        timeoutMs: this.timeoutMs + seconds * 1000,
      }),
    );
    if (isUnknown(text) || text.trim() === "missing") return undefined;
    return parseCacheCounts(text);
  }

  close(): void {
    for (const shell of this.#shells) shell.close();
  }

  #open(): HostShell {
    const shell = openShell(this.#uri, { timeoutMs: this.timeoutMs });
    this.#shells.push(shell);
    return shell;
  }

  /** An answer, or why there is none. Who may not become root is asked as who they are. */
  async #ask<T>(question: (shell: HostShell, as: Privilege) => Promise<T>): Promise<Asked<T>> {
    if (this.#givenUp) return this.#givenUp;
    try {
      this.#shell ??= this.#open();
      return await question(this.#shell, this.#privilege);
    } catch (failure) {
      if (!(failure instanceof HostError)) throw failure;
      if (failure.code === "permission" && this.#privilege === "root") {
        this.#privilege = "own";
        return this.#ask(question);
      }
      const why = unknown(failure.message);
      if (failure.code !== "failed") this.#givenUp = why;
      return why;
    }
  }
}
