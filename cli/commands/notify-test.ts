import { describeDuration } from '../../contract/duration.js';
import { ConfigurationError, exitCodes, OperatorError, RefusedError, type ExitCode } from '../../contract/errors.js';
import { severityOf } from '../../contract/notify.js';
import { longestMessage, longestTitle, type Message } from '../../contract/outbox.js';
import type { Delivering } from '../../messages/deliver.js';
import { sendWithin } from '../../messages/post.js';
import { findEnvironment } from '../find-environment.js';
import { identityOf } from '../identity-of.js';
import { plainFact } from '../messages/plain-fact.js';
import { postOffice } from '../messages/post-office.js';
import { openStore } from '../open-store.js';
import { print } from '../print/print.js';
import { systemClock } from '../run/system-clock.js';

export interface NotifyTestOptions {
  /** Undefined: every receiver. */
  readonly to: string | undefined;
  readonly because: string;
  readonly json: boolean;
}

interface Told {
  readonly taken: boolean;
  readonly because: string;
}

/** Sends at once, past the outbox. Exit code 3 when one has not taken its message. */
export async function notifyTest(name: string | undefined, options: NotifyTestOptions): Promise<ExitCode> {
  const found = await findEnvironment(name);
  const { receivers } = found.configuration.notify;
  const names = options.to === undefined ? Object.keys(receivers) : [options.to];
  if (options.to !== undefined && !(options.to in receivers)) {
    const known = Object.keys(receivers).join(', ') || 'none';
    throw new ConfigurationError(`${found.name} has no receiver ${options.to}`, { hint: `there is ${known}` });
  }
  if (names.length === 0) {
    throw new RefusedError(`nobody is told what runs of ${found.name} do`, {
      hint: 'name receivers under notify in its stack file: docs/messages.md',
    });
  }
  const by = await identityOf(found.configuration);
  const office = postOffice({ ...found, store: openStore(found), clock: systemClock, by });
  const message = (receiver: string): Message => ({
    id: `test-${systemClock.now().getTime()}`,
    moment: 'test',
    severity: severityOf(found.configuration.notify, 'test'),
    receiver,
    environment: found.name,
    run: null,
    title: plainFact(`${found.name}: a test by ${by}`, longestTitle),
    text: plainFact(`${found.name}: a test by ${by}\n${options.because}\nnothing has happened`, longestMessage),
    facts: { product: found.configuration.product, environment: found.name },
  });
  const told = Object.fromEntries(
    await Promise.all(names.map(async (receiver) => [receiver, await tell(office, message(receiver))] as const)),
  );
  print(options.json, { environment: found.name, told }, () => [
    ...Object.entries(told).map(([receiver, { because }]) => `${receiver}: ${because}`),
    'whether it reached a person only that person can say: look at the channel, the pager, the mail',
  ]);
  return Object.values(told).every(({ taken }) => taken) ? exitCodes.done : exitCodes.refused;
}

async function tell({ receiver }: Pick<Delivering, 'receiver'>, message: Message): Promise<Told> {
  const began = systemClock.monotonic();
  try {
    const { reference } = await (
      await receiver(message.receiver)
    ).send(message, undefined, AbortSignal.timeout(sendWithin * 2));
    const where = reference === undefined ? '' : `: ${reference}`;
    return { taken: true, because: `taken in ${describeDuration(systemClock.monotonic() - began)}${where}` };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { taken: false, because: `NOT TAKEN: ${error.message}` };
  }
}
