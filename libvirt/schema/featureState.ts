/** Features that are only on or off: the shape that most of them have. */
import { nest, onOff, struct } from "./field.ts";

/** Property for the element `xml`; `name` is the name of its object type. */
export const featureState = (xml: string, name: string, doc: string) =>
  nest(xml, () => struct(name, doc, { state: onOff("@state", "On or off.") }), doc);
