/** The memory of a definition, and what its balloon leaves the guest where nobody has said so. */
import { byteSize } from "../../schema/byteSize.ts";
import type { XmlElement } from "../../xml/element.ts";
import { clear, textAt } from "../../xml/location.ts";
import type { Properties } from "../values.ts";

/** The memory that a definition gives its domain, in bytes. */
export function definedMemory(root: XmlElement): bigint | undefined {
  return byteSize(textAt(root, "memory")?.trim(), textAt(root, "memory/@unit") ?? "KiB");
}

/**
 * Lets the balloon of a definition leave the guest all of another memory. libvirt has written down what that was
 * before, and a guest that has grown would get no more than that at its next boot.
 */
export function followMemory(root: XmlElement, memoryBefore: bigint | undefined, inputs: Properties): void {
  if (inputs.currentMemory === undefined && definedMemory(root) !== memoryBefore)
    clear(root, "currentMemory");
}
