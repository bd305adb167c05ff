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
import { verifyJournal } from '../../../journal/verify.js';
import { Turn } from '../../../pipeline/endings.js';
import { planDeploy } from '../../../pipeline/plan-deploy.js';
import type { Clock } from '../../../pipeline/ports/clock.js';
import type { Platform } from '../../../pipeline/ports/platform.js';
import { isFinal, progressOf } from '../../../pipeline/progress.js';
import type { Ended } from '../../../pipeline/run.js';
import { FakeAws } from '../../support/aws/fake-aws.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryStore } from '../../support/memory-store.js';
import { MortalStore, type KillPoint } from '../../support/mortal-store.js';
import { someRules } from '../../support/product.js';

const environment = 'production';
const because = 'a test';

/**
 * The real ports of AWS on fakes of its services that keep state. A process dies by never being heard of again: its
 * clock stands still, and its append does not come back.
 */
describe('killing the runner on AWS', function () {
  this.timeout(1_200_000);
  let aws: FakeAws;
  let store: MemoryStore;
  let versions = 0;

  const platform = (clock: Clock, of: MortalStore): Platform => aws.platform(clock, of.store);

  async function go(
    run: string,
    point: KillPoint | undefined,
    parts: Partial<Conducting> = {},
  ): Promise<Ended | 'died'> {
    const mortal = new MortalStore(store, aws.clock, point);
    const ended = conduct({
      store: mortal.store,
      clock: mortal.clock,
      platform: platform(mortal.clock, mortal),
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
    const { release } = awsSlotInput(`1.${versions}.0`);
    const { reference, version } = { reference: aws.outputs.database!.applicationSecretArn, version: currentStage };
    const settings = settingsOf({ values: {}, secrets: { DATABASE: { reference, version } } });
    const reader = aws.platform(aws.clock, store);
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
    const { scheduled } = aws;
    if (scheduled === undefined) return;
    const late = scheduled.at.getTime() - aws.clock.now().getTime() + 30_000;
    if (late > 0) aws.clock.advance(late);
    await fire(JSON.parse(scheduled.input) as unknown, {
      environment,
      alarms: { blue: 'blue-bad', green: 'green-bad' },
      now: () => aws.clock.now(),
      sleep: () => Promise.resolve(),
      schedule: () => Promise.resolve({ input: JSON.parse(scheduled.input) as unknown, at: scheduled.at.getTime() }),
      alarmState: () => Promise.resolve('OK'),
      writeRule: ({ ruleArn, targets }) =>
        aws.alb.modifyRule(ruleArn, { forward: { targets, stickySeconds: undefined } }),
      page: () => Promise.resolve(),
      store: MortalStore.objectsOf(store),
    });
  }

  const followers: Record<string, (run: string) => Promise<unknown>> = {
    resume: (run) => go(run, undefined),
    rollback: (run) => go(run, undefined, { turn: new Turn('complaints', 'grace', 'rollback'), preempt: true }),
    'the switch fires, then resume': async (run) => {
      await theSwitchFires();
      if ((await stateOf(run)) === 'unfinished') await go(run, undefined);
    },
  };

  async function check(run: string, where: string): Promise<Colour> {
    const reader = aws.platform(aws.clock, store);
    const reading = await reader.traffic.read();
    const live = reading.weights && wholeColour(reading.weights);
    if (live === undefined) throw new Error(`${where}: traffic is not whole: ${JSON.stringify(reading.services)}`);
    const owners = Object.values(await reader.background.owner());
    expect(owners, `${where}: background work is where the traffic is`).to.deep.equal(owners.map(() => live));
    const held = [...aws.ecs.scaleIn].filter(([, allowed]) => !allowed).map(([service]) => service);
    expect(held, `${where}: no slot is kept from shrinking for ever`).to.deep.equal([]);
    expect((await reader.deadMansSwitch?.read())?.armed, `${where}: no switch left armed`).to.equal(undefined);
    const { replicas } = await reader.slots.state(live);
    expect(replicas.length, `${where}: the live slot runs`).to.be.greaterThan(0);
    expect(
      replicas.filter(({ healthy }) => !healthy),
      `${where}: and is well`,
    ).to.deep.equal([]);
    const tokens = aws.ecs.oneOffs.map(({ token }) => token);
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

  before(async () => {
    aws = new FakeAws(new FakeClock(0, '2026-01-01T12:00:00.000Z'));
    store = new MemoryStore();
    for (const run of ['production-first', 'production-second']) {
      const ended = await deploy(run);
      expect(ended === 'died' ? ended : `${ended.outcome} ${ended.because}`).to.match(/^completed/);
    }
  });

  it('fault 1: at every journal boundary leaves a run that a resume, a rollback or the switch finishes', async () => {
    let killed = 0;
    for (let append = 0; ; append += 1) {
      let reached = false;
      for (const when of ['before', 'after'] as const) {
        const run = `production-${append}-${when}`;
        const ended = await deploy(run, { append, when });
        if (ended === 'died') {
          reached = true;
          const [name, follow] = Object.entries(followers)[killed % Object.keys(followers).length]!;
          killed += 1;
          if ((await stateOf(run)) === 'unfinished') await follow(run);
          await freeLease();
          await check(run, `${when} append ${append}, then ${name}`);
        } else {
          expect(`${ended.outcome} ${ended.because}`).to.match(/^completed/);
          await check(run, `${when} append ${append}, not killed`);
        }
      }
      if (!reached) break;
    }
    expect(killed).to.be.greaterThan(80);
  });
});
