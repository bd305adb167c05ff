import { OperatorError } from '../../contract/errors.js';
import type { MessageMoment } from '../../contract/message-moment.js';
import { severityOf } from '../../contract/notify.js';
import { longestMessage, longestTitle, type Message } from '../../contract/outbox.js';
import type { Plan } from '../../contract/plan.js';
import { describeWeights } from '../../contract/weights.js';
import type { Ended } from '../../pipeline/run.js';
import type { Delivering } from '../../messages/deliver.js';
import type { OpenEnvironment } from '../open-environment.js';
import { plainFact } from './plain-fact.js';
import { receiversOf } from './tells-of.js';

/** Nothing can be queued, so whoever doesn't take it in this time is not told. Milliseconds. */
const sendsWithin = 5_000;

export interface Unrecorded {
  readonly plan: Plan;
  readonly ended: Pick<Ended, 'outcome' | 'because' | 'weights'>;
  /** Why nothing could be written. */
  readonly why: string;
}

/**
 * Tells those who hear of it that traffic went back and that no record says so: once, past the outbox, which lies in the
 * store that can't be written. Never throws for a receiver's sake; says who was not told.
 */
export async function tellUnrecorded(
  { name, configuration: { notify, product } }: Pick<OpenEnvironment, 'name' | 'configuration'>,
  { receiver: open }: Pick<Delivering, 'receiver'>,
  { plan, ended, why }: Unrecorded,
  say: (line: string) => void,
): Promise<void> {
  const moment: MessageMoment = ended.outcome === 'rollback-failed' ? 'incident' : 'rolled-back';
  const came = ended.outcome === 'rollback-failed' ? 'THE ROLLBACK FAILED' : 'users are back';
  const title = plainFact(`${name}: ${product}: ${came}, and it is not on record`, longestTitle);
  const lines = [
    title,
    `now: ${ended.weights === null ? 'not known' : describeWeights(ended.weights)}`,
    `${plan.because}: ${ended.because}`,
    `not recorded, because ${why}`,
    `mend the store, then look: 'crossfade status ${name}'; run ${plan.run} is in no journal from here on`,
  ];
  const text = plainFact(lines.join('\n'), longestMessage);
  const severity = severityOf(notify, moment);
  const facts = { product, environment: name, run: plan.run };
  const about = { id: 'unrecorded', moment, severity, environment: name, run: plan.run, title, text, facts };
  const told = receiversOf(notify, moment).map(async (receiver) => {
    const message: Message = { ...about, receiver };
    try {
      await (await open(receiver)).send(message, undefined, AbortSignal.timeout(sendsWithin));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      say(`${receiver} was not told that '${title}', and will not be: ${error.message}`);
    }
  });
  await Promise.all(told);
}
