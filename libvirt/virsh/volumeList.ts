/** The volumes of `vol-list`. A name has no slash, so the path starts at the first one. */
export function listedVolumes(list: string): { readonly name: string; readonly path: string }[] {
  return list.split("\n").flatMap((line) => {
    const [, name = "", path = ""] =
      /^\s*(.*?)\s+(\/.*?)\s*$/.exec(line) ?? /^\s*(.*?)(?:\s{3,}(.*?))?\s*$/.exec(line) ?? [];
    return name === "" || /^-+$/.test(name) || (name === "Name" && path === "Path") ? [] : [{ name, path }];
  });
}
