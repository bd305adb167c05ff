import type { Approvers } from '../../contract/approver.js';
import type { Statement } from '../../contract/decision.js';
import type { JsonObject } from '../../contract/json.js';
import type { Plan } from '../../contract/plan.js';

/** Something that was found said in somebody's name. */
export interface Vouched {
  /** Undefined: what stands there is no statement at all. */
  readonly statement: Statement | undefined;
  readonly words: string;
  /** Where it was found, for people. */
  readonly found: string;
  /** Why nobody vouches for it; undefined: somebody does. */
  readonly problem: string | undefined;
  /** What vouches for it, for whoever checks later: key and signature, or an address at GitHub. */
  readonly proof: JsonObject;
}

/** What people have decided, wherever they did. Read-only. */
export interface People {
  /** Whose word counts now, by the environment's configuration. */
  readonly approvers: Approvers;
  /** Everything that was said about the run of this plan, also what counts for nothing. */
  decisions(plan: Plan, signal: AbortSignal): Promise<readonly Vouched[]>;
}
