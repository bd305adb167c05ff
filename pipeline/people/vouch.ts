import type { Approvers } from '../../contract/approver.js';
import { statementText, type Decision } from '../../contract/decision.js';
import { isSignedBy } from '../../contract/ed25519.js';
import type { JsonObject } from '../../contract/json.js';
import type { Vouched } from './people.js';

/** Whose word counts at this moment: a removed approver's doesn't, whenever it was given. */
export interface Listed {
  readonly approvers: Approvers;
  /** An operating system's account counts where nobody is listed and all is on one machine. */
  readonly accountsCount: boolean;
}

/** Whether what stands in the store is by whom it says. Pure. */
export function vouch({ statement, words, identity }: Decision, listed: Listed, found: string): Vouched {
  const { approver } = statement;
  const key = listed.approvers[approver]?.key;
  const proof: JsonObject =
    identity.by === 'key'
      ? { by: 'key', signature: identity.signature, ...(key === undefined ? {} : { publicKey: key }) }
      : { by: 'account', account: identity.account };
  return { statement, words, found, proof, problem: problemOf() };

  function problemOf(): string | undefined {
    if (identity.by === 'account') {
      if (!listed.accountsCount) return `nothing but a machine's account vouches for ${approver}`;
      return nameOfAccount(identity.account) === approver ? undefined : `${identity.account} is not ${approver}`;
    }
    if (!(approver in listed.approvers)) return `${approver} is no approver of this environment`;
    if (key === undefined) return `no key is listed for ${approver}`;
    return isSignedBy(statementText(statement), identity.signature, key)
      ? undefined
      : `it is not signed with ${approver}'s key, or was altered since`;
  }
}

/** `ada` of `ada@host`, as a name of an approver; undefined where it can't be one. */
export function nameOfAccount(account: string): string | undefined {
  const name = account
    .split('@')[0]
    ?.toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-');
  return name === undefined || !/^[a-z][a-z0-9-]*$/.test(name) ? undefined : name.slice(0, 40).replace(/-+$/, '');
}
