import type { Event, EventBody } from '../../contract/event.js';
import { canonicalJson, digestOf } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import { planRetire } from '../../pipeline/plan-slot.js';
import type { Behaviour } from './fake-platform.js';
import { FakeRun, withLive } from './fake-run.js';
import { localOutputs, someRelease } from './product.js';

/** Journals as the real pipeline writes them, each from a run on the fake platform that takes its time. */
export const journals = {
  /** The first release of all: no slot is live before. */
  first: async (): Promise<Event[]> => {
    const fake = new FakeRun();
    takeTime(fake);
    await fake.deploy(withMigration('1.0.0'));
    return fake.events;
  },

  completed: async (): Promise<Event[]> => (await deployed({})).events,

  /** Errors under real traffic, caught at 10 %. */
  rolledBack: async (): Promise<Event[]> => (await deployed({ errorPercent: 5 })).events,

  slow: async (): Promise<Event[]> => (await deployed({ latencyFactor: 1.6 })).events,

  /** Fails before any traffic. */
  neverHealthy: async (): Promise<Event[]> => (await deployed({ unhealthy: true })).events,

  refused: async (): Promise<Event[]> => {
    const fake = await standing();
    const release = withMigration('2.0.0', { requiredSettings: ['PAYMENT_KEY'] });
    await fake.deploy(release);
    return fake.events;
  },

  /** The same as `refused`, but somebody waived the gate. */
  waived: async (): Promise<Event[]> => {
    const fake = await standing();
    const release = withMigration('2.0.0', { requiredSettings: ['PAYMENT_KEY'] });
    await fake.deploy(release, { waivers: [{ gate: 'settings-present', because: 'set by hand', by: 'grace' }] });
    return fake.events;
  },

  /** Its process died in the middle of 10 %, nobody came back in time, and the platform took the traffic back. */
  fired: async (): Promise<Event[]> => {
    const fake = await killedIn('judge-10');
    // Asking for the platform is what makes its time follow the clock.
    if (fake.platform.world.armed === null) throw new Error('no switch was armed');
    fake.clock.advance(300_000);
    await fake.resume();
    return fake.events;
  },

  /** Its process died in the middle of 10 %, and another one finished the run. */
  resumed: async (): Promise<Event[]> => {
    const fake = await killedIn('judge-10');
    fake.clock.advance(5_000);
    await fake.resume();
    return fake.events;
  },

  /** Its process died, and nothing was done since. */
  unfinished: async (): Promise<Event[]> => (await killedIn('judge-10')).events,

  /** Back to the release before, by hand. */
  rollback: async (): Promise<Event[]> => {
    const fake = await deployed({});
    await fake.rollback();
    return fake.events;
  },

  /** The idle slot taken away. */
  retired: async (): Promise<Event[]> => {
    const fake = await deployed({});
    const { platform, rules, clock } = fake;
    const plan = planRetire({
      run: 'run-retire',
      environment: 'local',
      colour: 'blue',
      outputs: localOutputs(fake.world.services),
      rules,
      affinity: 'none',
      reading: await platform.traffic.read(),
      slots: { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') },
      requestedBy: 'ada',
      because: 'a test',
      now: clock.now(),
    });
    await fake.start(plan);
    return fake.events;
  },
};

/** The same journal with other words in it, and a chain that fits them. */
export function reworded(events: readonly Event[], reword: (body: EventBody) => EventBody): Event[] {
  const result: Event[] = [];
  for (const event of events) {
    const last = result.at(-1);
    const previous = last ? digestOf(canonicalJson(last)) : event.previous;
    result.push({ ...event, previous, body: reword(event.body) });
  }
  return result;
}

async function standing(): Promise<FakeRun> {
  return withLive(withMigration('1.0.0'));
}

async function deployed(behaviour: Behaviour): Promise<FakeRun> {
  const fake = await standing();
  takeTime(fake);
  fake.world.behaviours['2.0.0'] = behaviour;
  await fake.deploy(withMigration('2.0.0'));
  return fake;
}

function withMigration(version: string, changes: Partial<Release> = {}): Release {
  const id = `${version}-orders.sql`;
  const sql = `-- for ${version}`;
  return someRelease(version, { migrations: [{ id, checksum: digestOf(sql), phase: 'expand', sql }], ...changes });
}

const tookMilliseconds: Readonly<Record<string, number>> = {
  'database.backUp': 2_400,
  'database.verifyBackup': 3_100,
  'database.migrate': 900,
  'slots.provision': 8_200,
  'slots.probe': 40,
  'traffic.shift': 12,
  'background.handOver': 700,
};

function takeTime(fake: FakeRun): void {
  fake.fault = (call) => fake.clock.advance(tookMilliseconds[call] ?? 1);
}

/** The world and the journal as a SIGKILL leaves them just after this step's beginning was written. */
async function killedIn(step: string): Promise<FakeRun> {
  const fake = await standing();
  takeTime(fake);
  let left: FakeRun | undefined;
  let begun = false;
  fake.journalFault = (body) => {
    if (begun && left === undefined) {
      left = new FakeRun(structuredClone(fake.world));
      left.events.push(...structuredClone(fake.events));
      left.token = fake.token;
      takeTime(left);
    }
    begun ||= body.kind === 'began' && body.step === step;
  };
  await fake.deploy(withMigration('2.0.0'));
  if (left === undefined) throw new Error(`the run never began ${step}`);
  return left;
}
