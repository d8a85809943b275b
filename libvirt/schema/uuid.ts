/** A UUID of something on the host. */
import { pattern } from "./field.ts";

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

export const uuid = (xml: string, doc: string) =>
  pattern(xml, doc, UUID, 'a UUID such as "3e3fce45-4f53-4fa7-bb32-11f34168b82b"', { compare: "caseless" });
