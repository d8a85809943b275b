/**
 * What keeps a VM from being started on the host that it leaves. Its definition stays, with a disk more, of a pool
 * that no host has: whoever starts it, libvirt itself refuses, and names the pool.
 */
import { type MoveMark, moveOf, setMove } from "../libvirt/provider/resources/domainMark.ts";
import { childrenOf, element, ensure, find, remove, type XmlElement } from "../libvirt/xml/element.ts";
import { textAt } from "../libvirt/xml/location.ts";

/** Behind all disks and the seed, which is at vdzz. */
const HOLD_TARGET = "vdzy";

export function holdPool({ to }: MoveMark): string {
  return `moved-to-${to}`;
}

/** The definition with the mark and the disk that hold it. */
export function hold(root: XmlElement, mark: MoveMark): void {
  release(root);
  setMove(root, mark);
  ensure(root, "devices").children.push(
    element("disk", { type: "volume", device: "disk" }, [
      element("driver", { name: "qemu", type: "raw" }),
      element("source", { pool: holdPool(mark), volume: "numafleet-move" }),
      element("target", { dev: HOLD_TARGET, bus: "virtio" }),
      element("readonly"),
    ]),
  );
}

/** The definition without them. */
export function release(root: XmlElement): void {
  const mark = moveOf(root);
  const devices = find(root, "devices");
  for (const disk of devices && mark ? childrenOf(devices, "disk") : []) {
    if (isHold(disk, mark as MoveMark)) remove(devices as XmlElement, disk);
  }
  setMove(root, undefined);
}

function isHold(disk: XmlElement, mark: MoveMark): boolean {
  return textAt(disk, "target/@dev") === HOLD_TARGET && textAt(disk, "source/@pool") === holdPool(mark);
}

/** The move that a definition is held for; undefined where it could be started. */
export function heldFor(root: XmlElement): MoveMark | undefined {
  const mark = moveOf(root);
  const devices = find(root, "devices");
  const isHeld =
    mark !== undefined &&
    devices !== undefined &&
    childrenOf(devices, "disk").some((disk) => isHold(disk, mark));
  return isHeld ? mark : undefined;
}
