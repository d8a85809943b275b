import type { Facts } from "./facts.ts";

/** What bears a name in a place where names are unique: a VM on its host, a scale set in its namespace. */
export interface Named {
  readonly name: string;
  readonly place: string;
}

/**
 * The name by which an entry is judged together with others. Names are unique in a fleet, but in libvirt only
 * on a host and in Kubernetes only in a namespace: a namesake elsewhere is named with its place before it. A
 * second one in the same place is refused, since only one of them can be created.
 */
export function nameAmong(
  facts: Facts,
  { name, place }: Named,
  kind: "host" | "namespace",
  others: readonly Named[],
): string {
  const qualified = `${place}/${name}`;
  if (others.some((o) => o.place === place && (o.name === name || o.name === qualified))) {
    facts.add({
      rule: "model/duplicate-name",
      path: "name",
      message: `${facts.subject} has a name that another one ${kind === "host" ? "on host" : "in namespace"} ${place} has already: only one of them can exist.`,
      remedy: "Give one of them another name, or remove it.",
    });
  }
  return others.some((o) => o.name === name) ? qualified : name;
}
