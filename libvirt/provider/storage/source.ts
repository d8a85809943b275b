/** Where the content of a new volume comes from: a file of this machine, or one that it downloads first. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, realpath, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isAbandoned, OWNER } from "../../virsh/privateFolder.ts";
import { ProviderError } from "../failure.ts";
import { asText, type Context, objectOf } from "../resource.ts";
import type { Properties } from "../values.ts";
import { withProgress } from "./progress.ts";

/** Milliseconds that a web server may be silent. */
const SILENCE_MS = 60_000;

/** A file to upload. */
export interface Source {
  /** Path of the file, without symbolic links. */
  readonly path: string;
  /** What the user calls it, without a password or a token in it. */
  readonly title: string;
  readonly size: number;
  /** SHA-256 of the content, where it was computed. */
  readonly sha256: string | undefined;
  /** Throws when the file is no longer the one that was looked at. */
  unchanged(): Promise<void>;
  /** Takes away what was downloaded. */
  done(): Promise<void>;
}

/** Whether content comes from the web. */
export const isWebAddress = (url: string): boolean => /^https?:/i.test(url);

/** The content that the inputs declare, verified; undefined: none. */
export async function openSource(inputs: Properties, context: Context): Promise<Source | undefined> {
  const content = objectOf(objectOf(inputs, "create"), "content");
  const url = asText(content.url);
  if (url === undefined) return undefined;
  const wanted = asText(content.sha256)?.toLowerCase();
  if (isWebAddress(url)) return download(addressOf(url), wanted, context);
  const source = await localFile(pathOf(url));
  if (wanted === undefined && content.verify !== true) return source;
  const sha256 = await digest(source, context);
  if (wanted !== undefined && sha256 !== wanted) throw mismatch(source.title, sha256, wanted);
  return { ...source, sha256 };
}

/** An address without what a password or a token could be in: no message has that. */
function shown(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/\/\/[^/]*@/, "//");
}

function addressOf(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new ProviderError(
    `create.content.url ${JSON.stringify(shown(url))} is no web address; it is one such as https://mirror.example/image.qcow2`,
  );
}

/** The path of content of this machine. */
export function pathOf(url: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return resolve(url);
  if (!/^file:/i.test(url)) {
    throw new ProviderError(
      `create.content.url ${JSON.stringify(shown(url))} is neither a path, nor a file:, http: or https: address. Download the image and give its path`,
    );
  }
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new ProviderError(
      `create.content.url ${JSON.stringify(url)} is no file of this machine: ${(error as Error).message}. Give its path, such as /srv/image.qcow2`,
    );
  }
}

async function localFile(given: string): Promise<Source> {
  const failed = (error: Error): never => {
    const seed = given.endsWith(".iso")
      ? ". If it is the image of a CloudinitDisk, pulumi refresh writes it anew"
      : "";
    throw new ProviderError(`create.content.url: cannot read ${given}: ${error.message}${seed}`);
  };
  const path = await realpath(given).catch(failed);
  const look = () => stat(path, { bigint: true }).catch(failed);
  const info = await look();
  if (!info.isFile()) throw new ProviderError(`create.content.url: ${given} is no regular file`);
  if (info.size === 0n) {
    throw new ProviderError(
      `create.content.url: ${given} is empty, so there is nothing to upload. Give the whole image, or leave create.content out for an empty volume`,
    );
  }
  return {
    path,
    title: given,
    size: Number(info.size),
    sha256: undefined,
    async unchanged() {
      const now = await look();
      if (now.ino === info.ino && now.size === info.size && now.mtimeNs === info.mtimeNs) return;
      throw new ProviderError(
        `create.content.url: ${given} was changed while it was uploaded, so the volume was not kept. Run the update again when the file is complete`,
      );
    },
    done: async () => undefined,
  };
}

async function digest(source: Source, context: Context): Promise<string> {
  const hash = createHash("sha256");
  let read = 0;
  await withProgress(
    context.log,
    `computing the checksum of ${source.title}`,
    source.size,
    () => read,
    async () => {
      for await (const chunk of createReadStream(source.path, { highWaterMark: 1 << 20 })) {
        read += (chunk as Buffer).length;
        hash.update(chunk as Buffer);
      }
    },
  );
  return hash.digest("hex");
}

function mismatch(title: string, found: string, wanted: string): ProviderError {
  return new ProviderError(
    `create.content.sha256: ${title} has the SHA-256 ${found}, but ${wanted} is declared. Nothing was made. Get the image anew, or declare the checksum that its publisher states`,
  );
}

async function download(url: URL, wanted: string | undefined, context: Context): Promise<Source> {
  const title = shown(url.href);
  if (wanted === undefined) throw new ProviderError(`create.content.sha256 is required for ${title}`);
  const folder = join(context.stateDir, "downloads");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    if (isAbandoned(name)) await rm(join(folder, name), { force: true });
  }
  const path = join(folder, `${OWNER}${randomBytes(4).toString("hex")}`);
  try {
    const found = await fetchInto(path, url, title, context);
    if (found !== wanted) throw mismatch(title, found, wanted);
    const source = await localFile(path);
    return { ...source, title, sha256: found, done: () => rm(path, { force: true }) };
  } catch (failure) {
    await rm(path, { force: true });
    throw failure;
  }
}

/** `fetch` takes no address with a user in it, and quotes it with the password when it says so. */
function withoutUser(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const text = [username, password].map(unescaped).join(":");
  return { authorization: `Basic ${Buffer.from(text).toString("base64")}` };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Downloads a file and returns its SHA-256. */
async function fetchInto(path: string, url: URL, title: string, context: Context): Promise<string> {
  const silence = new AbortController();
  const watch = setTimeout(() => silence.abort(), SILENCE_MS);
  const hash = createHash("sha256");
  let read = 0;
  const file = await open(path, "wx", 0o600);
  try {
    const signal = AbortSignal.any([silence.signal, ...(context.signal ? [context.signal] : [])]);
    const response = await fetch(withoutUser(url), { signal, headers: authorization(url) });
    if (!response.ok || !response.body) {
      throw new ProviderError(
        `create.content.url: ${title} answers ${response.status} ${response.statusText}`,
      );
    }
    const body = response.body;
    const length = Number(response.headers.get("content-length") ?? 0) || undefined;
    await withProgress(
      context.log,
      `downloading ${title}`,
      length,
      () => read,
      async () => {
        for await (const chunk of body) {
          watch.refresh();
          read += chunk.length;
          hash.update(chunk);
          await file.writeFile(chunk);
        }
      },
    );
    return hash.digest("hex");
  } catch (failure) {
    if (failure instanceof ProviderError) throw failure;
    const cause = (failure as Error).cause;
    const why = silence.signal.aborted
      ? `it was silent for ${SILENCE_MS / 1000} s`
      : cause instanceof Error
        ? cause.message
        : (failure as Error).message;
    throw new ProviderError(`create.content.url: cannot download ${title}: ${why}`);
  } finally {
    clearTimeout(watch);
    await file.close();
  }
}
