import { keysOf } from '../../contract/approver.js';
import type { EnvironmentConfiguration } from '../../contract/configuration.js';
import type { Decision } from '../../contract/decision.js';
import { RefusedError } from '../../contract/errors.js';
import { planHash, type Plan } from '../../contract/plan.js';
import { readJournal } from '../../journal/read-journal.js';
import type { Store } from '../../journal/store.js';
import { progressOf } from '../../pipeline/progress.js';
import { listedIn } from '../people/listed-in.js';
import { openSigner } from '../people/signer.js';
import type { Duty } from './duty.js';

/**
 * Who says that a duty is done signs it, where the environment lists keys, and holds the role whose duty it is; undefined
 * where none is listed: then whoever calls is who the platform says. Throws ConfigurationError without a key,
 * RefusedError for one of somebody else's.
 */
export async function signDuty(
  configuration: EnvironmentConfiguration,
  store: Store,
  said: {
    readonly duty: Duty;
    readonly environment: string;
    readonly at: Date;
    readonly because: string;
    readonly key: string | undefined;
  },
): Promise<Decision | undefined> {
  const { duty, environment, at, because, key } = said;
  const listed = listedIn(configuration);
  if (keysOf(listed.approvers).size === 0) return undefined;
  const { plan } = progressOf((await readJournal(store, duty.run)).events);
  const signer = await openSigner(listed, environment, key);
  const holders = holdersOf(duty.owner, plan, configuration);
  if (holders.length > 0 && !holders.includes(signer.approver)) {
    throw new RefusedError(`${signer.approver} does not hold the role ${duty.owner}`, {
      hint: `${duty.id} is a duty of ${holders.join(', ')}`,
    });
  }
  const about = { kind: 'signed', environment, run: duty.run, plan: planHash(plan), item: duty.id } as const;
  return signer.decide({ ...about, at: at.toISOString() }, because);
}

/** A role that nobody holds, such as that of a slot's retirement, is everybody's who is listed. */
function holdersOf(role: string, { checklist }: Plan, { approvers }: EnvironmentConfiguration): string[] {
  const named = Object.entries(approvers).flatMap(([name, { roles }]) => (roles.includes(role) ? [name] : []));
  return [...new Set([...named, ...(checklist?.roles[role] ?? [])])];
}
