import { parse } from "yaml";
import { type Registration, Secret } from "./recorder.ts";

interface SeedText {
  readonly marker: string;
  readonly content: string;
  readonly kept: boolean;
}

/** The user-data that a seed's image has: with its texts in the places of their markers, decoded again. */
// biome-ignore lint/suspicious/noExplicitAny: a document is looked into freely by the tests
export function userDataOf({ inputs }: Registration): any {
  if (!(inputs.userData instanceof Secret)) throw new Error("the seed's user-data is no secret");
  const document = parse(String(inputs.userData.value));
  for (const { marker, content } of (inputs.texts ?? []) as SeedText[]) {
    const files = document.write_files.filter((file: { content: string }) => file.content === marker);
    if (files.length !== 1 || files[0].encoding !== "b64") throw new Error(`no file for marker ${marker}`);
    files[0].content = content;
  }
  return document;
}
