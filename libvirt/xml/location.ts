/** Places inside an element: `@attribute`, `element`, `element/@attribute`, `element[attribute=value]/@other`, `text()`. */
import { ensure, find, isEmpty, remove, textOf, type XmlElement } from "./element.ts";

interface Place {
  readonly path: string;
  readonly attribute: string | undefined;
}

function placeOf(location: string): Place {
  const steps = location.split("/");
  const last = steps.at(-1) ?? "";
  if (last.startsWith("@")) return { path: steps.slice(0, -1).join("/"), attribute: last.slice(1) };
  if (last === "text()") return { path: steps.slice(0, -1).join("/"), attribute: undefined };
  return { path: location, attribute: undefined };
}

/** The text at a place; undefined when there is none. */
export function textAt(item: XmlElement, location: string): string | undefined {
  const { path, attribute } = placeOf(location);
  const holder = find(item, path);
  if (!holder) return undefined;
  return attribute === undefined ? textOf(holder) : holder.attributes[attribute];
}

/** Puts a text at a place, making the elements on the way. */
export function setText(item: XmlElement, location: string, value: string): void {
  const { path, attribute } = placeOf(location);
  const holder = ensure(item, path);
  if (attribute !== undefined) holder.attributes[attribute] = value;
  else holder.children = [...holder.children.filter((child) => typeof child !== "string"), value];
}

/** Takes away what is at a place, and elements on the way that hold nothing any more. */
export function clear(item: XmlElement, location: string): void {
  const { path, attribute } = placeOf(location);
  const holder = find(item, path);
  if (!holder) return;
  if (attribute !== undefined) delete holder.attributes[attribute];
  else if (holder !== item) {
    const parent = find(item, path.split("/").slice(0, -1).join("/"));
    if (parent) remove(parent, holder);
  } else holder.children = [];
  if (attribute !== undefined) prune(item, path);
}

/** Takes away the text of an element, and leaves its attributes. */
export function clearText(item: XmlElement, location: string): void {
  const holder = find(item, location);
  if (holder) holder.children = holder.children.filter((child) => typeof child !== "string");
}

/** Takes away the elements on a path that hold nothing any more, from the inside. */
export function prune(item: XmlElement, path: string): void {
  for (
    let steps = path.split("/").filter((step) => step !== "" && step !== ".");
    steps.length > 0;
    steps = steps.slice(0, -1)
  ) {
    const target = find(item, steps.join("/"));
    const parent = find(item, steps.slice(0, -1).join("/"));
    if (!target || !parent || !isEmpty(target, steps.at(-1))) return;
    remove(parent, target);
  }
}
