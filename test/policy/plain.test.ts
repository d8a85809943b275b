import { describe, expect, it } from "vitest";
import { plain, plainObject, UNKNOWN } from "../../policy/plain.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

describe("plain", () => {
  it("copies data as it is", () => {
    const data = { a: [1, "x", true, null, { b: {} }] };
    expect(plain(data)).toEqual(data);
  });

  it("reads a property whose reading throws as unknown, at any depth", () => {
    const guarded = new Proxy(
      { memory: 0 },
      {
        get: () => {
          throw new Error("can't be known during preview");
        },
      },
    );
    expect(plainObject({ spec: [guarded] })).toEqual({ spec: [{ memory: UNKNOWN }] });
  });

  it("copies a copy as itself", () => {
    const copy = plain({ a: { [SIGNATURE]: SECRET, ciphertext: "v1:abc" } });
    expect(plain(copy)).toEqual({ a: UNKNOWN });
  });

  it("reads the engine's sentinels as unknown", () => {
    expect(plain("3eeb2bf0-c639-47a8-9e75-3b44932eb421")).toBe(UNKNOWN);
  });

  it.each([
    ["an encrypted secret", { [SIGNATURE]: SECRET, ciphertext: "v1:abc" }, UNKNOWN],
    ["a decrypted secret", { [SIGNATURE]: SECRET, plaintext: "42" }, 42],
    ["a secret in the clear", { [SIGNATURE]: SECRET, value: "8Gi" }, "8Gi"],
    ["a secret with broken plaintext", { [SIGNATURE]: SECRET, plaintext: "{" }, UNKNOWN],
    ["a known output", { [SIGNATURE]: OUTPUT, value: 7 }, 7],
    ["an output to come", { [SIGNATURE]: OUTPUT }, UNKNOWN],
  ])("reads %s", (_, value, expected) => {
    expect(plain(value)).toBe(expected);
  });

  it("leaves out __proto__, so that no input can change a prototype", () => {
    const copied = plainObject(JSON.parse('{"__proto__": {"maxRunners": 1}, "a": 1}'));
    expect(Object.keys(copied)).toEqual(["a"]);
    expect(copied.maxRunners).toBeUndefined();
  });
});
