import type { Colour } from '../../contract/colour.js';
import type { DutiesConfiguration } from '../../contract/duty.js';
import { EngineError, OperatorError, PlatformError, RefusedError } from '../../contract/errors.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import { wholeColour } from '../../contract/weights.js';
import { readHistoryUntil, readTimesBack } from '../../journal/history.js';
import { readLease } from '../../journal/lease.js';
import { liveRecord, runThatPutLive } from '../../journal/live-record.js';
import { lossesOf } from '../../journal/losses.js';
import { readOutputsIfAny } from '../../journal/outputs.js';
import { isOver } from '../../journal/run-state.js';
import { readAnnouncements, standingAnnouncements } from '../../journal/announcements.js';
import { processLiveness } from '../../journal/process-identity.js';
import { StoredQuarantine } from '../../journal/stored-quarantine.js';
import { untoldLetters } from '../../journal/untold.js';
import type { Store } from '../../journal/store.js';
import { StoredProofs } from '../../journal/stored-proofs.js';
import { lossOf } from '../../pipeline/loss.js';
import type { Listed } from '../../pipeline/people/vouch.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { SlotState } from '../../pipeline/ports/slots.js';
import { dutiesOfRun } from '../duties/gather-duties.js';
import { unprovenBecause } from '../run/unproven-because.js';
import type { Announced, Answered, Facts, Unanswered } from './status.js';

const usuallyWithin = 3_000;
/** Of that time, for what is asked after the rest has answered. */
const afterwards = 0.5;
const timesLookedAt = 20;

type Seen = Pick<Platform, 'traffic' | 'slots' | 'deadMansSwitch' | 'maintenance' | 'database'>;

export interface Looking {
  readonly environment: string;
  readonly store: Store;
  readonly clock: Clock;
  /** Whose word counts; left out: nobody asks whom a run waits for. */
  readonly listed?: () => Promise<Listed>;
  /** Left out: nobody asks what stays to be done. */
  readonly duties?: DutiesConfiguration;
  readonly open: (outputs: EnvironmentOutputs) => Promise<Seen>;
  /** How long the platform has, in milliseconds; the store is read meanwhile. */
  readonly within?: number;
}

/** One bounded look at the store and the platform. Never Pulumi. Throws StoreError only when the store can't be read. */
export async function look({
  environment,
  store,
  clock,
  listed,
  duties,
  open,
  within = usuallyWithin,
}: Looking): Promise<Facts> {
  const [outputs, lease, untold, drill, announced] = await Promise.all([
    readable(() => readOutputsIfAny(store, environment)),
    readable(() => readLease(store, environment)),
    readable(() => untoldLetters(store, environment, clock.now())),
    readable(() => new StoredProofs(store, environment).lastDrill()),
    readable(() => announcedSince(store, environment, clock.now())),
  ]);
  const holder = lease.value?.lease.holder;
  // By the lease, because clocks that name runs may have been changed.
  const newest = holder?.run ?? lease.value?.lease.head?.run;
  const [{ database, ...platform }, history] = await Promise.all([
    askPlatform(outputs, open, within),
    readHistoryUntil(store, environment, newest, (states) => liveRecord(states) !== undefined),
  ]);
  const known = history.map(({ run }) => run);
  const slots = 'value' in platform.slots ? platform.slots.value : undefined;
  const owed = await readable(async () => {
    if (duties === undefined) return [];
    const states = history.flatMap(({ state }) => (state ? [state] : []));
    const sources = { store, environment, configuration: duties, now: clock.now(), slots, outputs: outputs.value };
    return (await Promise.all(states.map((state) => dutiesOfRun(state, states, sources)))).flat();
  });
  const waits = await readable(async () => {
    const state = history[0]?.state;
    if (state === undefined || listed === undefined || isOver(state)) return [];
    // Mostly nothing is in flight, and what people may decide needs not be read.
    const { waitsOf } = await import('./waits-of.js');
    return waitsOf(state, store, await listed(), clock.now());
  });
  return {
    environment,
    now: clock.now(),
    known: outputs.value !== undefined || outputs.problem !== undefined,
    ...platform,
    price: await priceOf(history, database, within * afterwards),
    unproven: await unprovenSlots(environment, store, clock, platform),
    lease: lease.value?.lease,
    unread: [outputs, lease, untold, owed, drill, announced, waits].flatMap(({ problem }) =>
      problem === undefined ? [] : [problem],
    ),
    untold: untold.value ?? [],
    announced: announced.value ?? [],
    waits: waits.value ?? [],
    duties: owed.value ?? [],
    drill: drill.value,
    holder: holder ? await processLiveness(holder) : 'unknown',
    history,
    olderTimesBack: await readTimesBack(store, environment, { limit: timesLookedAt, known }),
  };
}

/** Of releases whose time is not over. */
async function announcedSince(store: Store, environment: string, now: Date): Promise<Announced[]> {
  const standing = standingAnnouncements(await readAnnouncements(store, environment));
  return standing.flatMap(({ line: { version, by, at, begins, ends } }) =>
    Date.parse(ends) > now.getTime() ? [{ version, by, at, begins, ends }] : [],
  );
}

/** For opening a platform that is only looked at. */
export const noEngine = {
  up: () => Promise.reject(new EngineError('status does not use Pulumi')),
  destroy: () => Promise.reject(new EngineError('status does not use Pulumi')),
};

interface Read<Value> {
  readonly value: Value | undefined;
  readonly problem: string | undefined;
}

/** One damaged record must not hide all the others. */
async function readable<Value>(read: () => Promise<Value | undefined>): Promise<Read<Value>> {
  try {
    return { value: await read(), problem: undefined };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { value: undefined, problem: error.message };
  }
}

type Asked = Pick<Facts, 'reading' | 'slots' | 'deadMan' | 'maintenance'>;

async function askPlatform(
  { value: outputs, problem = 'the environment was never up' }: Read<EnvironmentOutputs>,
  open: Looking['open'],
  within: number,
): Promise<Asked & Pick<Seen, 'database'>> {
  if (!outputs) {
    const nothing = { problem, hint: undefined };
    return { reading: nothing, slots: nothing, deadMan: nothing, maintenance: nothing };
  }
  const opened = await answered(within, () => open(outputs));
  if (!('value' in opened)) return { reading: opened, slots: opened, deadMan: opened, maintenance: opened };
  const { traffic, slots, deadMansSwitch, maintenance, database } = opened.value;
  const state = async (signal: AbortSignal): Promise<Record<Colour, SlotState>> => {
    const [blue, green] = await Promise.all([slots.state('blue', signal), slots.state('green', signal)]);
    return { blue, green };
  };
  const none = { armed: undefined, fired: undefined };
  const [reading, both, deadMan, page] = await Promise.all([
    answered(within, (signal) => traffic.read(signal)),
    answered(within, state),
    answered(within, () => deadMansSwitch?.read() ?? Promise.resolve(none)),
    answered(within, (signal) => maintenance?.read(signal) ?? Promise.resolve(undefined)),
  ]);
  return { reading, slots: both, deadMan, maintenance: page, ...(database === undefined ? {} : { database }) };
}

/** Of the newest backup that the run which put the live slot live has taken. */
async function priceOf(history: Facts['history'], database: Seen['database'], within: number): Promise<Facts['price']> {
  const states = history.flatMap(({ state }) => (state ? [state] : []));
  const live = liveRecord(states);
  const run = live && runThatPutLive(states, live.colour);
  const backup = run && lossesOf(run).backups.at(-1)?.name;
  if (backup === undefined || database === undefined) return undefined;
  const writes = await answered(within, () => database.writesSince({ backup }));
  return { backup, loss: 'value' in writes ? { value: lossOf(writes.value) } : writes };
}

/** What the work gives within its time; the time counts also for work that heeds no signal. */
async function answered<Value>(
  within: number,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Answered<Value>> {
  const late = AbortSignal.timeout(within);
  let stop: (() => void) | undefined;
  const over = new Promise<never>((_, reject) => {
    stop = () => reject(new RefusedError(`no answer within ${within / 1_000} s`));
    late.addEventListener('abort', stop, { once: true });
  });
  try {
    return { value: await Promise.race([work(late), over]) };
  } catch (error) {
    if (error instanceof OperatorError) return unanswered(error);
    if (late.aborted) return { problem: `no answer within ${within / 1_000} s`, hint: undefined };
    throw error;
  } finally {
    if (stop) late.removeEventListener('abort', stop);
  }
}

function unanswered(error: OperatorError): Unanswered {
  const mended = error instanceof PlatformError && error.mendedByUp;
  return { problem: error.message, hint: error.hint, ...(mended ? { mendedByUp: true } : {}) };
}

/** Of the slots that are not live: of a live one nobody asks. */
async function unprovenSlots(
  environment: string,
  store: Store,
  clock: Clock,
  { slots, reading }: Pick<Asked, 'slots' | 'reading'>,
): Promise<Facts['unproven']> {
  if (!('value' in slots)) return { blue: undefined, green: undefined };
  const weights = 'value' in reading ? reading.value.weights : undefined;
  const live = weights && wholeColour(weights);
  const records = { store, environment, quarantine: new StoredQuarantine(store, clock, '') };
  const of = async (colour: Colour): Promise<string | undefined> => {
    if (colour === live) return undefined;
    try {
      return await unprovenBecause(records, slots.value[colour]);
    } catch (error) {
      if (error instanceof OperatorError) return error.message;
      throw error;
    }
  };
  const [blue, green] = await Promise.all([of('blue'), of('green')]);
  return { blue, green };
}
