import { keysOf, type Approvers } from '../../contract/approver.js';
import { exceptionText, type ChangeException } from '../../contract/change-exception.js';
import { isSignedBy } from '../../contract/ed25519.js';
import { changeDigest } from '../../contract/planned-change.js';
import type { Change } from './change.js';
import { reviewedChange } from './reviewed-changes.js';

/** An exception as it was found, or why its file holds none. */
export type FoundException =
  { readonly file: string; readonly exception: ChangeException } | { readonly file: string; readonly problem: string };

export interface ExceptionRules {
  readonly environment: string;
  readonly approvers: Approvers;
  readonly now: Date;
}

/** Whether somebody who may do so has allowed this change. */
export type Exemption =
  | {
      readonly accepted: true;
      readonly file: string;
      readonly by: string;
      readonly because: string;
      readonly expires: string;
    }
  | { readonly accepted: false; readonly because: readonly string[] };

/** Undefined where no exception speaks of the resource. */
export function exemptionOf(
  change: Change,
  found: readonly FoundException[],
  rules: ExceptionRules,
): Exemption | undefined {
  const refusals: string[] = [];
  for (const each of found) {
    if ('problem' in each) continue;
    const { file, exception } = each;
    if (exception.urn !== change.urn || exception.environment !== rules.environment) continue;
    const refusal = refusalOf(exception, change, rules);
    const { approver: by, because, expires } = exception;
    if (refusal === undefined) return { accepted: true, file, by, because, expires };
    refusals.push(`${file}: ${refusal}`);
  }
  return refusals.length === 0 ? undefined : { accepted: false, because: refusals };
}

function refusalOf(exception: ChangeException, change: Change, { approvers, now }: ExceptionRules): string | undefined {
  const { approver, signature, expires, operation } = exception;
  const key = keysOf(approvers).get(approver);
  if (key === undefined) return `${approver} is no approver of this environment`;
  if (!isSignedBy(exceptionText(exception), signature, key)) return `its signature is not ${approver}'s`;
  if (Date.parse(expires) <= now.getTime()) return `it has expired at ${expires}`;
  if (operation !== change.operation) return `it is for a ${operation}, and this is a ${change.operation}`;
  if (exception.change !== changeDigest(reviewedChange(change))) {
    return 'it is for another change of the same resource: other paths or other values';
  }
  return undefined;
}
