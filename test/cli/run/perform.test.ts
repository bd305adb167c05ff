import { expect } from 'chai';
import { conduct } from '../../../cli/run/conduct.js';
import { goBack } from '../../../cli/run/go-back.js';
import { tickRun } from '../../../cli/tick/tick-run.js';
import { unfinishedRun } from '../../../cli/run/unfinished-run.js';
import { exitCodes } from '../../../contract/errors.js';
import type { Plan } from '../../../contract/plan.js';
import { addDecision } from '../../../journal/decisions.js';
import { Turn } from '../../../pipeline/endings.js';
import { asksFirst, SomeApprovers, someAsking } from '../../support/approvers.js';
import { captured } from '../../support/command-line.js';
import { withLive, type FakeRun } from '../../support/fake-run.js';
import { MemoryStore } from '../../support/memory-store.js';
import { openFakeEnvironment } from '../../support/open-fake-environment.js';
import { someRelease } from '../../support/product.js';

const run = 'local-20260101t000000z-abcdef';

describe('a run from the command line', () => {
  let fake: FakeRun;
  let store: MemoryStore;
  let people: SomeApprovers;

  beforeEach(async () => {
    fake = await withLive(someRelease('1.0.0'));
    store = new MemoryStore();
    people = new SomeApprovers(['grace', 'linus']);
  });

  const open = () => {
    const { clock, platform } = fake;
    return openFakeEnvironment({ store, clock, platform, approvers: people.approvers });
  };
  /** As its own process leaves it: parked, interrupted or held. */
  const begin = async (plan: Plan, interrupt = new AbortController().signal): Promise<string> => {
    const {
      clock,
      platform,
      name: environment,
      by,
      quarantine,
      people: decided,
    } = { ...open(), platform: fake.platform };
    const nothing = { onEvent: () => undefined, say: () => undefined };
    const world = { store, clock, platform, environment, by, quarantine, people: decided };
    return (await conduct({ ...world, ...nothing, run, plan: () => Promise.resolve(plan), interrupt })).outcome;
  };

  it('that was parked for people is gone on with by a tick once they have decided, and not before', async () => {
    const plan = asksFirst(
      { ...(await fake.plan(someRelease('2.0.0'))), run },
      someAsking({ holders: ['grace', 'linus'] }),
    );
    expect(await begin(plan)).to.equal('held');
    const inFlight = { run, action: 'deploy', version: '2.0.0', parked: 'held: waits' } as never;
    const advice = { type: 'crossfade resume local', because: 'goes on' };
    const tick = async () => {
      let told: Awaited<ReturnType<typeof tickRun>> | undefined;
      await captured(async () => {
        told = await tickRun(open(), { inFlight, advice }, { dryRun: false });
      });
      return told;
    };
    expect(await tick()).to.deep.include({ exitCode: exitCodes.parked });
    expect(fake.world.weights['api']).to.deep.equal({ blue: 100, green: 0 });
    for (const name of ['grace', 'linus']) await addDecision(store, people.decision(name, plan, 'leads'));
    expect(await tick()).to.deep.include({ exitCode: exitCodes.done, waits: [] });
    expect(fake.world.weights['api']).to.deep.equal({ blue: 0, green: 100 });
    expect(await unfinishedRun(store, 'local')).to.equal(undefined);
  });

  it('that goes back without a record puts traffic back, says so in capitals, and does not end with 0', async () => {
    const stop = new AbortController();
    fake.fault = (call) => {
      if (call === 'metrics.observe' && fake.world.weights['api']?.green === 10) stop.abort();
    };
    expect(await begin({ ...(await fake.plan(someRelease('2.0.0'))), run }, stop.signal)).to.equal('interrupted');
    const unfinished = await unfinishedRun(store, 'local');
    if (unfinished === undefined) throw new Error('there must be an unfinished run');
    store.unreachable();
    const turn = new Turn('complaints', 'grace', 'rollback');
    let exitCode: number | undefined;
    const said = await captured(async () => {
      exitCode = await goBack(open(), unfinished, turn, { json: false, keepWeights: false });
    });
    expect(fake.world.weights['api']).to.deep.equal({ blue: 100, green: 0 });
    expect(said.stderr)
      .to.contain('the store does not answer')
      .and.to.contain('going back without a record')
      .and.to.contain('THIS IS IN NO JOURNAL');
    expect(exitCode).to.equal(exitCodes.rolledBack);
  });
});
