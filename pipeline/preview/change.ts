import type { ChangeOperation } from '../../contract/planned-change.js';

export type Inputs = Readonly<Record<string, unknown>>;

/** What would become of one resource, whatever number of steps the engine takes for it. */
export interface Change {
  readonly stack: string;
  readonly urn: string;
  /** Such as aws:rds/instance:Instance. */
  readonly type: string;
  /** The last part of the urn: what the program calls it. */
  readonly name: string;
  readonly operation: ChangeOperation;
  /** False for a component: nothing of it exists outside of Pulumi. */
  readonly custom: boolean;
  readonly before: Inputs | undefined;
  readonly after: Inputs | undefined;
  /** What changes, sorted, such as `actions[0].type`. */
  readonly paths: readonly string[];
  /** Which of them make the engine replace it. */
  readonly replaces: readonly string[];
  /** The engine says that something changes, and neither it nor the inputs say what. */
  readonly unseen: boolean;
  readonly protection: { readonly before: boolean; readonly after: boolean };
  /** A delete leaves it in the cloud: `retainOnDelete` is in the state. */
  readonly retained: boolean;
  /** Undefined where the engine did not show its steps. */
  readonly deletedFirst: boolean | undefined;
}
