import { expect } from 'chai';
import { conduct, type Conducting } from '../../../cli/run/conduct.js';
import { fire } from '../../../components/aws/dead-mans-switch/fire.mjs';
import { currentStage } from '../../../contract/aws-names.js';
import { otherColour, type Colour } from '../../../contract/colour.js';
import { settingsOf } from '../../../contract/settings.js';
import { wholeColour } from '../../../contract/weights.js';
import { acquireLease } from '../../../journal/acquire-lease.js';
import { anchorOf, readLease } from '../../../journal/lease.js';
import { readJournal } from '../../../journal/read-journal.js';
import type { Store } from '../../../journal/store.js';
import { verifyJournal } from '../../../journal/verify.js';
import { Turn } from '../../../pipeline/endings.js';
import { planDeploy } from '../../../pipeline/plan-deploy.js';
import { isFinal, progressOf } from '../../../pipeline/progress.js';
import type { Ended } from '../../../pipeline/run.js';
import { MortalStore, type KillPoint } from '../mortal-store.js';
import { someRules } from '../product.js';
import type { KillableAws } from './killable-aws.js';

const environment = 'production';
const because = 'a test';
const reference = 'production-second';

/** Steps in which users' traffic, or the work behind it, moves. */
const moving = new Set(['open-routes', 'shift', 'converge', 'judge', 'hand-over', 'provision-slot']);

export interface KillPortsMatrix {
  readonly open: () => Promise<{
    readonly aws: KillableAws;
    readonly store: Store;
    readonly close: () => Promise<void>;
  }>;
  /**
   * `all`: before and after every line. `moving`: the first and the last line of each step that moves traffic, by turns
   * before and after it.
   */
  readonly boundaries: 'all' | 'moving';
  readonly timeoutMilliseconds: number;
}

/**
 * The real ports of AWS. A process dies by never being heard of again: its clock stands still, and its append does not
 * come back.
 */
export function describeKillPorts(title: string, options: KillPortsMatrix): void {
  describe(`killing the runner ${title}`, function () {
    this.timeout(options.timeoutMilliseconds);
    matrix(options);
  });
}

function matrix({ open, boundaries }: KillPortsMatrix): void {
  let aws: KillableAws;
  let store: Store;
  let close: () => Promise<void>;
  let versions = 0;

  async function go(
    run: string,
    point: KillPoint | undefined,
    parts: Partial<Conducting> = {},
  ): Promise<Ended | 'died'> {
    const mortal = new MortalStore(store, aws.clock, point);
    const ended = conduct({
      store: mortal.store,
      clock: mortal.clock,
      platform: await aws.platform(mortal.clock, mortal.store),
      quarantine: { list: () => Promise.resolve([]), add: () => Promise.resolve() },
      environment,
      by: 'ada',
      run,
      interrupt: new AbortController().signal,
      waivers: [{ gate: 'migrations-reviewed', because, by: 'grace' }],
      onEvent: () => undefined,
      say: () => undefined,
      ...parts,
    });
    return Promise.race([ended, mortal.death]);
  }

  async function deploy(run: string, point?: KillPoint): Promise<Ended | 'died'> {
    versions += 1;
    const release = await aws.release(`1.${versions}.0`);
    const { applicationSecretArn } = aws.outputs.database!;
    const settings = settingsOf({
      values: {},
      secrets: { DATABASE: { reference: applicationSecretArn, version: currentStage } },
    });
    const reader = await aws.platform(aws.clock, store);
    const plan = async () =>
      planDeploy({
        run,
        environment,
        outputs: aws.outputs,
        rules: someRules({ hold: '1m', bake: '1m', minimumRequests: 100, convergeWithin: '15m', unknownFor: '30m' }),
        affinity: 'none',
        release: { ...release, migrate: { service: 'api', command: ['node', 'migrate.mjs'] } },
        settings,
        reading: await reader.traffic.read(),
        slots: { blue: await reader.slots.state('blue'), green: await reader.slots.state('green') },
        triesBackups: false,
        scales: true,
        requestedBy: 'ada',
        because,
        now: aws.clock.now(),
      });
    return go(run, point, { plan });
  }

  const stateOf = async (run: string): Promise<'none' | 'unfinished' | 'over'> => {
    if ((await store.last(`journals/${run}`)) === undefined) return 'none';
    return isFinal(progressOf((await readJournal(store, run)).events)) ? 'over' : 'unfinished';
  };

  /** The function as it is deployed, called by its schedule once its time has come. */
  async function theSwitchFires(): Promise<void> {
    const armed = await aws.armed();
    if (armed === undefined) return;
    const late = armed.at.getTime() - aws.clock.now().getTime() + 30_000;
    if (late > 0) aws.clock.advance(late);
    const input = JSON.parse(armed.input) as unknown;
    await fire(input, {
      environment,
      alarms: { blue: 'blue-bad', green: 'green-bad' },
      now: () => aws.clock.now(),
      sleep: () => Promise.resolve(),
      schedule: () => Promise.resolve({ input, at: armed.at.getTime() }),
      alarmState: () => Promise.resolve('OK'),
      writeRule: ({ ruleArn, targets }) => aws.writeRule(ruleArn, targets),
      page: () => Promise.resolve(),
      store: MortalStore.objectsOf(store),
    });
  }

  const theSwitch = async (run: string): Promise<void> => {
    await theSwitchFires();
    const { weights } = await (await aws.platform(aws.clock, store)).traffic.read();
    expect(weights && wholeColour(weights), `${run}: the switch puts all of it in one place`).to.not.equal(undefined);
    if ((await stateOf(run)) === 'unfinished') await go(run, undefined);
  };
  type Follower = readonly [name: string, follow: (run: string) => Promise<unknown>];
  const resume: Follower = ['resume', (run) => go(run, undefined)];
  const back = (run: string) =>
    go(run, undefined, { turn: new Turn('complaints', 'grace', 'rollback'), preempt: true });
  const rollback: Follower = ['rollback', back];
  const fires: Follower = ['the switch fires, then resume', theSwitch];
  /** While traffic is split, every other time nobody comes before the switch does. */
  const whileSplit = [fires, resume, fires, rollback] as const;
  const whileWhole = [resume, rollback, fires] as const;

  async function check(run: string, where: string): Promise<Colour> {
    const reader = await aws.platform(aws.clock, store);
    const reading = await reader.traffic.read();
    const live = reading.weights && wholeColour(reading.weights);
    if (live === undefined) throw new Error(`${where}: traffic is not whole: ${JSON.stringify(reading.services)}`);
    const owners = Object.values(await reader.background.owner());
    expect(owners, `${where}: background work is where the traffic is`).to.deep.equal(owners.map(() => live));
    expect(await aws.held(), `${where}: no slot is kept from shrinking for ever`).to.deep.equal([]);
    expect((await reader.deadMansSwitch?.read())?.armed, `${where}: no switch left armed`).to.equal(undefined);
    const { replicas } = await reader.slots.state(live);
    expect(replicas.length, `${where}: the live slot runs`).to.be.greaterThan(0);
    expect(
      replicas.filter(({ healthy }) => !healthy),
      `${where}: and is well`,
    ).to.deep.equal([]);
    const tokens = aws.migrationTokens();
    expect(new Set(tokens).size, `${where}: migrated at most once`).to.equal(tokens.length);
    const other = await reader.slots.state(otherColour(live));
    expect(other.standing, `${where}: there is a way back`).to.equal(true);
    if ((await stateOf(run)) === 'none') return live;
    const { findings } = await verifyJournal(store, run, await anchorOf(store, environment, run));
    expect(findings, `${where}: the chain verifies`).to.deep.equal([]);
    expect((await readJournal(store, run)).events.at(-1)?.body.kind, `${where}: the journal has an end`).to.equal(
      'ended',
    );
    return live;
  }

  /** A process that died before its run began leaves its lease to whoever comes next. */
  async function freeLease(): Promise<void> {
    if ((await readLease(store, environment))?.lease.holder === null) return;
    const lease = await acquireLease(store, { environment, run: 'x', by: 'ada', clock: aws.clock });
    await lease.release();
  }

  /** By the journal of a run that nobody killed. */
  async function movingPoints(): Promise<readonly KillPoint[]> {
    const { events } = await readJournal(store, reference);
    const { plan } = progressOf(events);
    const lines = plan.steps
      .filter(({ use }) => moving.has(use))
      .flatMap(({ id }) => {
        const own = events.filter(({ body }) => 'step' in body && body.step === id);
        return [own[0], own.at(-1)].flatMap((event) => (event ? [event.sequence] : []));
      });
    const sorted = [...new Set(lines)].sort((one, other) => one - other);
    return sorted.map((append, index) => ({ append, when: index % 2 === 0 ? 'before' : 'after' }));
  }

  /** Without end: beyond its last line a run ends by itself. */
  function* allPoints(): Generator<KillPoint> {
    for (let append = 0; ; append += 1) {
      yield { append, when: 'before' };
      yield { append, when: 'after' };
    }
  }

  before(async () => {
    ({ aws, store, close } = await open());
    for (const run of ['production-first', reference]) {
      const ended = await deploy(run);
      const said = ended === 'died' ? ended : `${ended.outcome} ${ended.because}`;
      expect(said, said).to.match(/^completed/);
    }
  });
  after(() => close());

  it('fault 1: leaves at each journal boundary a run that a resume, a rollback or the switch finishes', async () => {
    const points = boundaries === 'all' ? allPoints() : await movingPoints();
    const began = Date.now();
    const minutes = () => Math.round((Date.now() - began) / 6_000) / 10;
    const say = (text: string) => process.stdout.write(`      ${text}\n`);
    const wrong: string[] = [];
    let killed = 0;
    let split = 0;
    let survived = 0;
    for (const { append, when } of points) {
      const run = `production-${append}-${when}`;
      const ended = await deploy(run, { append, when });
      if (ended === 'died') {
        const armed = (await aws.armed()) !== undefined;
        const [name, follow] = armed ? whileSplit[split % 4]! : whileWhole[(killed - split) % 3]!;
        killed += 1;
        survived = 0;
        if (armed) split += 1;
        const where = `${when} append ${append}, then ${name}`;
        try {
          if ((await stateOf(run)) === 'unfinished') await follow(run);
          await freeLease();
          await check(run, where);
        } catch (error) {
          // All that a long matrix finds is told, not only what it finds first.
          wrong.push(`${where}: ${(error as Error).message}`);
          say(`WRONG ${wrong.at(-1)}`);
          if (wrong.length === 3) break;
        }
        if (killed % 20 === 0) say(`killed ${killed} times, ${split} of them with traffic split, in ${minutes()} min`);
      } else {
        expect(`${ended.outcome} ${ended.because}`, `${when} append ${append}`).to.match(/^completed/);
        await check(run, `${when} append ${append}, not killed`);
        survived += 1;
        if (survived === 2) break;
      }
    }
    say(`killed ${killed} times, ${split} of them with traffic split, in ${minutes()} min: that was all`);
    expect(wrong).to.deep.equal([]);
    expect(killed).to.be.greaterThan(boundaries === 'all' ? 80 : 15);
    expect(split).to.be.greaterThan(boundaries === 'all' ? 10 : 6);
  });
}
