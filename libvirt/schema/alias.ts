/** How a device is known to libvirt and to the guest's firmware; the same for every kind of device. */
import { int, nest, struct, text } from "./field.ts";

/** Properties `acpi` and `alias` of a device; `prefix` is the name of its object type. */
export const known = (prefix: string) => ({
  acpi: nest(
    "acpi",
    () =>
      struct(`${prefix}Acpi`, "Index by which the guest's firmware numbers the device.", {
        index: int("@index", "Index, from 1; the guest names a network interface by it (eno1).", { min: 1 }),
      }),
    "Index by which the guest's firmware numbers the device.",
  ),
  alias: nest(
    "alias",
    () =>
      struct(
        `${prefix}Alias`,
        "Name of the device inside libvirt.",
        { name: text("@name", "The name; one of your own starts with `ua-`. Default: libvirt's choice.") },
        ["name"],
      ),
    "Name of the device inside libvirt.",
  ),
});
