import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasUnknown, isEqual, markSecrets, redact, reveal } from "../../tools/kubernetes-standin/values.ts";
import {
  decode,
  encode,
  type Properties,
  Secret,
  UNKNOWN,
  type Value,
} from "../../tools/kubernetes-standin/wire.ts";

const key = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== "__proto__");
const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.constant(UNKNOWN),
    tie("value").map((value) => new Secret(value)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
const properties: fc.Arbitrary<Properties> = fc.dictionary(key, values, {
  maxKeys: 4,
  noNullPrototype: true,
});

describe("property values on the wire", () => {
  it("come back as they were sent, secrets and unknowns included", () => {
    fc.assert(
      fc.property(properties, (sent) => {
        expect(decode(encode(sent))).toEqual(sent);
      }),
    );
  });

  it("know an unknown of every kind", () => {
    expect(
      decode(
        encode({ a: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", b: ["1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"] }),
      ),
    ).toEqual({ a: UNKNOWN, b: [UNKNOWN] });
  });

  it("read an absent struct as empty", () => {
    expect(decode(undefined)).toEqual({});
  });

  it("refuse an asset", () => {
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "x" };
    expect(() => decode(encode({ data: asset }))).toThrow(
      "an asset, archive or resource reference was given where a Kubernetes field is expected",
    );
  });
});

describe("values", () => {
  it("lose their secrets and nulls, and nothing else, when laid open", () => {
    expect(reveal({ a: new Secret({ b: [new Secret("c"), null], d: null }), e: UNKNOWN })).toEqual({
      a: { b: ["c", null] },
      e: UNKNOWN,
    });
  });

  it("are as secret as their pattern, at any depth", () => {
    const live = { data: { token: "x" }, spec: { list: [{ password: "y" }, { password: "z" }] } };
    const pattern = { data: new Secret({}), spec: { list: [{ password: new Secret("old") }] } };
    expect(markSecrets(live, pattern)).toEqual({
      data: new Secret({ token: "x" }),
      spec: { list: [{ password: new Secret("y") }, { password: "z" }] },
    });
  });

  it("tell an unknown inside a secret", () => {
    expect(hasUnknown({ a: [new Secret({ b: UNKNOWN })] })).toBe(true);
    expect(hasUnknown({ a: [new Secret({ b: "UNKNOWN" })] })).toBe(false);
  });

  it("equal themselves and no other", () => {
    fc.assert(fc.property(properties, (value) => isEqual(reveal(value), reveal(value))));
    expect(isEqual({ a: [1, { b: "c" }] }, { a: [1, { b: "d" }] })).toBe(false);
    expect(isEqual({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  });

  it("blank every secret out of a message, in base64 too, the longest first", () => {
    const inputs = {
      data: new Secret({ short: "ab", token: "sesame", whole: "sesame-open" }),
      kind: "Secret",
    };
    const encoded = Buffer.from("sesame").toString("base64");
    expect(redact(`Secret: sesame-open, ab, ${encoded} refused`, inputs)).toBe(
      "Secret: [secret], ab, [secret] refused",
    );
  });
});
