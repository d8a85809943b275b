import type * as pulumi from "@pulumi/pulumi";

/** A value as an argument: it, and everything inside it, may be an output of another resource. */
export type Inputs<T> = pulumi.Input<Nested<T>>;

type Nested<T> = T extends readonly (infer E)[]
  ? readonly Inputs<E>[]
  : T extends object
    ? { [K in keyof T]: Inputs<T[K]> }
    : T;
