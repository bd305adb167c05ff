import type * as pulumi from '@pulumi/pulumi';

/** Outputs as a program has them: each part may still come from a resource, and none may be left out. */
export type Unresolved<Value> =
  | pulumi.Input<Value>
  | (Value extends readonly (infer Item)[]
      ? readonly Unresolved<Item>[]
      : Value extends object
        ? { readonly [Key in keyof Value]: Unresolved<Value[Key]> }
        : never);
