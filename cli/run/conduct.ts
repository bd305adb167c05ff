import { RefusedError } from '../../contract/errors.js';
import type { Event, EventBody } from '../../contract/event.js';
import { planHash, type Plan } from '../../contract/plan.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { Journal } from '../../journal/journal.js';
import type { Store } from '../../journal/store.js';
import type { Turn } from '../../pipeline/endings.js';
import type { People } from '../../pipeline/people/people.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { Quarantine } from '../../pipeline/ports/quarantine.js';
import { isFinal, progressOf, type Progress } from '../../pipeline/progress.js';
import type { Flags } from '../../pipeline/flags.js';
import type { Questions } from '../../pipeline/questions.js';
import { recorder, type Append } from '../../pipeline/record.js';
import { run, type Ended } from '../../pipeline/run.js';
import type { Ownership, Waiver } from '../../pipeline/session.js';
import { answerRequests, obeyRequests } from './obey-requests.js';

export interface Conducting {
  readonly store: Store;
  readonly clock: Clock;
  readonly platform: Platform;
  readonly quarantine: Quarantine;
  readonly people?: People;
  /** How long people are waited for before the first change, in milliseconds. */
  readonly waitForPeople?: number;
  readonly environment: string;
  readonly by: string;
  /** Id of the run: a new one together with `plan`, else the one to go on with. */
  readonly run: string;
  /** Computed once the lease is held, so that nobody can make it stale. */
  readonly plan?: () => Promise<Plan>;
  /** Take the lease from whoever holds it. */
  readonly preempt?: boolean;
  /** Go back at once. */
  readonly turn?: Turn;
  readonly keepWeights?: boolean;
  readonly judgedAgainAfter?: number;
  readonly waivers?: readonly Waiver[];
  /** Who asks the items of a checklist. */
  readonly questions?: Questions;
  readonly flags?: Flags;
  readonly redact?: (body: EventBody) => EventBody;
  readonly interrupt: AbortSignal;
  onEvent(event: Event): void;
  say(line: string): void;
}

/** Takes the environment's lease, executes the run or what is left of it, and gives the lease back. */
export async function conduct(conducting: Conducting): Promise<Ended> {
  const { store, clock, environment, by, run: id, preempt = false, interrupt } = conducting;
  const decided = clock.monotonic();
  const above = await highestToken(conducting.platform);
  const lease = await acquireLease(store, { environment, run: id, by, clock, preempt, above, signal: interrupt });
  try {
    const journal = await openJournal(conducting, lease.token);
    lease.anchorTo(journal);
    const append: Append = async (body) => conducting.onEvent(await journal.append(body));
    return await execute(conducting, {
      progress: progressOf(journal.events),
      ownership: lease,
      append,
      within: lease.term,
      decided,
    });
  } finally {
    await lease.release();
  }
}

/**
 * For going back when nothing can be written: traffic matters more than the record. Without a lease it takes a token
 * above every one that the balancer has seen, so that whoever held it is fenced there.
 */
export async function conductUnrecorded(conducting: Conducting, progress: Progress): Promise<Ended> {
  const decided = conducting.clock.monotonic();
  const token = (await highestToken(conducting.platform)) + 1;
  const lost = new AbortController().signal;
  const append: Append = (body) => {
    conducting.say(`not in any journal: ${JSON.stringify(conducting.redact?.(body) ?? body)}`);
    return Promise.resolve();
  };
  const ownership = { token, lost, check: () => Promise.resolve() };
  return execute(conducting, { progress, ownership, append, within: 0, decided });
}

/** A balancer that doesn't answer must not keep anybody from owning the environment. */
async function highestToken({ traffic }: Platform): Promise<number> {
  return traffic.read().then(
    (reading) => reading.token,
    () => 0,
  );
}

async function openJournal(conducting: Conducting, token: number): Promise<Journal> {
  const { store, clock, by, run: id, redact } = conducting;
  const plan = await conducting.plan?.();
  const journal = await Journal.open(store, id, { clock, by, token, ...(redact ? { redact } : {}) });
  if (plan) {
    conducting.onEvent(await journal.append({ kind: 'planned', plan, hash: planHash(plan) }));
  } else if (isFinal(progressOf(journal.events))) {
    throw new RefusedError(`run ${id} is over by now`, { hint: "'crossfade status' shows what is live" });
  }
  return journal;
}

interface Footing {
  readonly progress: Progress;
  readonly ownership: Ownership & { readonly token: number };
  readonly append: Append;
  /** How long a journal that can't be written is tried, in milliseconds. */
  readonly within: number;
  /** On the monotonic clock: before the lease was asked for. */
  readonly decided: number;
}

async function execute(
  conducting: Conducting,
  { progress, ownership, append, within, decided }: Footing,
): Promise<Ended> {
  const { clock, platform, quarantine, by, interrupt, store, environment } = conducting;
  const { keepWeights = false, waivers = [], judgedAgainAfter = Infinity } = conducting;
  const { questions, flags, people, waitForPeople = 0 } = conducting;
  const turning = new AbortController();
  if (conducting.turn) turning.abort(conducting.turn);
  const over = new AbortController();
  const requests = { run: conducting.run, environment, by, clock, turning };
  const obeying = obeyRequests(store, requests, over.signal);
  try {
    const ended = await run({
      platform,
      clock,
      quarantine,
      ...(questions ? { questions } : {}),
      ...(flags ? { flags } : {}),
      ...(people === undefined ? {} : { people }),
      waitForPeople,
      token: ownership.token,
      ownership,
      by,
      progress,
      waivers,
      append,
      record: recorder(append, clock, within),
      keepWeights,
      judgedAgainAfter,
      decided,
      interrupt,
      turn: turning.signal,
      say: (line) => conducting.say(line),
    });
    await answerRequests(store, requests, ended.outcome);
    return ended;
  } finally {
    over.abort();
    await obeying;
  }
}
