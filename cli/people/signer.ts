import { hostname, userInfo } from 'node:os';
import { keysOf } from '../../contract/approver.js';
import { decisionSchema, statementText, type Decision, type Statement } from '../../contract/decision.js';
import { publicKeyOf, signText } from '../../contract/ed25519.js';
import { ConfigurationError, RefusedError } from '../../contract/errors.js';
import { digestOf } from '../../contract/json.js';
import { parse } from '../../contract/parse.js';
import { nameOfAccount, type Listed } from '../../pipeline/people/vouch.js';
import { readKey } from './read-key.js';

/** Somebody whose word counts, and what vouches for them. */
export interface Signer {
  readonly approver: string;
  /** Undefined: a machine's account vouches. */
  readonly publicKey: string | undefined;
  decide(statement: Omit<Statement, 'says' | 'approver' | 'words'>, words: string): Decision;
}

/**
 * By a key file, or by this machine's account where that counts. Throws ConfigurationError without either, RefusedError
 * for a key that is nobody's here.
 */
export async function openSigner(listed: Listed, environment: string, keyFile: string | undefined): Promise<Signer> {
  if (keyFile !== undefined) {
    const key = await readKey(keyFile);
    const publicKey = publicKeyOf(key);
    const approver = [...keysOf(listed.approvers)].find(([, theirs]) => theirs === publicKey)?.[0];
    if (approver === undefined) {
      throw new RefusedError(`${keyFile} is no key of an approver of ${environment}`, {
        hint: `approvers stand in Pulumi.${environment}.yaml; this key's public half is ${publicKey}`,
      });
    }
    return signer(approver, publicKey, (statement) => ({
      by: 'key',
      signature: signText(statementText(statement), key),
    }));
  }
  if (!listed.accountsCount) {
    throw new ConfigurationError('--key FILE is needed: something has to vouch for you', {
      hint: `the private half of a key that Pulumi.${environment}.yaml lists under approvers`,
    });
  }
  const account = `${userInfo().username}@${hostname()}`;
  const approver = nameOfAccount(account);
  if (approver === undefined) throw new ConfigurationError(`${account} can't be the name of an approver`);
  return signer(approver, undefined, () => ({ by: 'account', account }));
}

function signer(
  approver: string,
  publicKey: string | undefined,
  vouch: (statement: Statement) => Decision['identity'],
): Signer {
  return {
    approver,
    publicKey,
    decide(about, words) {
      const statement: Statement = { says: 'crossfade decision 1', ...about, approver, words: digestOf(words) };
      return parse(decisionSchema, { format: 1, statement, words, identity: vouch(statement) }, 'decision');
    },
  };
}
