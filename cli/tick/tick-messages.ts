import type { Event } from '../../contract/event.js';
import { OperatorError } from '../../contract/errors.js';
import { outboxNames, queueMessages, readOutbox } from '../../journal/outbox.js';
import { readJournalIfAny } from '../../journal/read-journal.js';
import { readRunId, runTime } from '../../journal/run-id.js';
import { deliver } from '../../messages/deliver.js';
import { queueAnnouncements } from '../announcements/queue-announcements.js';
import { dueMessages } from '../messages/due-messages.js';
import { postOffice } from '../messages/post-office.js';
import type { OpenEnvironment } from '../open-environment.js';
import type { Told } from './told.js';

/** Milliseconds: messages are given up after a day, so nothing older waits but what nobody has looked at for a week. */
const looksBack = 8 * 86_400_000;
/** What a process that died has not queued is queued within this time; later it is old news. Milliseconds. */
const reconciles = 86_400_000;

/** Queues what runs have not told because their process died, and sends what waits. */
export async function tickMessages(
  environment: Office,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<Told> {
  const { store, name, clock } = environment;
  const now = clock.now();
  const did: string[] = [];
  const waits: string[] = [];
  try {
    if (!dryRun) await queueAnnouncements(environment, new Date(now.getTime() - reconciles));
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    waits.push(`announcements: ${error.message}`);
  }
  for (const outbox of await outboxNames(store, name, new Date(now.getTime() - looksBack))) {
    try {
      const before = await readOutbox(store, name, outbox);
      if (!dryRun) await queueMissing(environment, outbox, before.tells ?? [], now);
      const after = dryRun ? before : await deliver({ ...postOffice(environment), outbox, signal });
      const delivered = after.letters.filter(({ sequence, status }) => {
        return status === 'delivered' && before.letters.find((each) => each.sequence === sequence)?.status !== status;
      });
      for (const { message } of delivered) did.push(`told ${message.receiver}: ${message.title}`);
      for (const { message, status, says = 'not tried yet' } of after.letters) {
        if (status === 'waiting') waits.push(`${message.receiver} is not told yet that '${message.title}': ${says}`);
      }
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      // One damaged outbox must not keep the others waiting.
      waits.push(`messages of ${outbox}: ${error.message}`);
    }
  }
  return { did, waits };
}

type Office = Pick<OpenEnvironment, 'name' | 'configuration' | 'folder' | 'store' | 'clock' | 'by'>;

async function queueMissing(
  { store, name, clock, configuration }: Office,
  run: string,
  tells: Parameters<typeof dueMessages>[1],
  now: Date,
): Promise<void> {
  const since = runTime(new Date(now.getTime() - reconciles));
  if (tells.length === 0 || (readRunId(run)?.time ?? '') < since) return;
  const events: readonly Event[] = (await readJournalIfAny(store, run))?.events ?? [];
  await queueMessages(store, name, run, dueMessages(events, tells, configuration.product), clock.now());
}
