/** Sizes of the inputs. */
import { byteSize } from "../schema/byteSize.ts";
import { asText } from "./resource.ts";
import type { Properties } from "./values.ts";

/** The bytes of a size whose unit is the property of the same name with `Unit`; undefined where it is absent. */
export function sizeAt(properties: Properties, name: string): bigint | undefined {
  return byteSize(properties[name], asText(properties[`${name}Unit`]) ?? "KiB");
}
