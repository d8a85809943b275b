/** Deletion is done when the object is gone, and not when the API server has agreed to it. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "./apierror.ts";
import type { Cluster, KubernetesObject, Reference } from "./cluster.ts";
import { asObject, asText } from "./values.ts";

/** The vendor's default, in milliseconds; `customTimeouts.delete` of the resource overrides it. */
const DEFAULT_TIMEOUT = 600_000;
const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 2_000;

/**
 * @param uid of the object that was deleted: another one of the same name is not waited for.
 * @throws UserError at the time limit, naming what holds the object back.
 */
export async function waitUntilGone(
  cluster: Pick<Cluster, "get">,
  reference: Reference,
  uid: string | undefined,
  options: { timeout: number | undefined; signal: AbortSignal },
): Promise<void> {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  const deadline = Date.now() + timeout;
  for (let pause = SHORTEST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const live = await cluster.get(reference);
    if (live === undefined || (uid !== undefined && live.metadata.uid !== uid)) return;
    if (Date.now() >= deadline) {
      throw new UserError(`it is still there ${timeout / 1000} s after its deletion began${holders(live)}`);
    }
    await sleep(pause, undefined, { signal: options.signal }).catch(() => {
      throw new UserError("the wait for its end was cancelled; its deletion goes on in the cluster");
    });
  }
}

function holders(live: KubernetesObject): string {
  const lists = [live.metadata.finalizers, asObject(live.spec).finalizers];
  const names = lists.flatMap((list) => (Array.isArray(list) ? list : [])).map((name) => asText(name));
  if (names.length === 0) return "; raise customTimeouts.delete, or look at what it owns";
  return `, held by the finalizers ${names.join(", ")}; see that the controllers which remove them are running`;
}
