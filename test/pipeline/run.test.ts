import { expect } from 'chai';
import { DriftError, FencedError, PlatformError, StoreError } from '../../contract/errors.js';
import type { Plan } from '../../contract/plan.js';
import { Turn } from '../../pipeline/endings.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import { FakeRun, withLive } from '../support/fake-run.js';
import { someRelease } from '../support/product.js';

const blue = { blue: 100, green: 0 };
const green = { blue: 0, green: 100 };

describe('a deploy', () => {
  it('puts a first release live by opening its routes, with nothing to compare it with', async () => {
    const fake = new FakeRun();
    const ended = await fake.deploy(someRelease('1.0.0'));
    expect(ended.because).to.equal('blue is live');
    expect(ended).to.include({ outcome: 'completed', live: 'blue' });
    expect(fake.world.weights).to.deep.equal({ api: blue, web: blue });
    expect(fake.world.owner).to.deep.equal({ worker: 'blue' });
  });

  it('puts a first release live after another first release failed and left its slot standing', async () => {
    const fake = new FakeRun();
    fake.world.behaviours['0.9.0'] = { smokeStatus: 500 };
    expect((await fake.deploy(someRelease('0.9.0'))).outcome).to.equal('rolled-back');
    expect(await fake.deploy(someRelease('1.0.0'))).to.include({ outcome: 'completed', live: 'blue' });
  });

  it('moves a good release through every share, then hands background work over, and keeps the other slot', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended.because).to.equal('green is live');
    expect(ended).to.include({ outcome: 'completed', live: 'green' });
    expect(fake.world.effects.filter((effect) => !effect.startsWith('back up'))).to.deep.equal([
      'provision green 2.0.0',
      'shift blue 90 % / green 10 %',
      'shift blue 50 % / green 50 %',
      'shift blue 0 % / green 100 %',
      'hand over worker to green',
    ]);
    expect(fake.world.slots.blue?.release.version).to.equal('1.0.0');
    expect(fake.world.armed).to.equal(null);
    expect(fake.world.lost).to.equal(0);
  });

  it('records each step before and after it, in the order of the plan', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    expect(fake.words()).to.deep.equal([
      ...'back-up verify-backup'.split(' ').flatMap((step) => [`began ${step}`, `passed ${step}`]),
      'skipped migrate',
      ...'provision assert-outcome warm-up smoke'.split(' ').flatMap((step) => [`began ${step}`, `passed ${step}`]),
      ...'shift-10 converge-10 judge-10 shift-50 converge-50 judge-50 shift-100 converge-100 hand-over-100 bake assert-live'
        .split(' ')
        .flatMap((step) => [`began ${step}`, `passed ${step}`]),
      'ended completed',
    ]);
  });

  it("rolls a release back at 10 % that fails only under users' requests, and quarantines what it brought", async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['3.0.0'] = { errorPercent: 5 };
    const ended = await fake.deploy(someRelease('3.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.match(/api|web/);
    expect(ended.backMilliseconds).to.be.a('number');
    expect(fake.world.effects.filter((effect) => effect.startsWith('shift'))).to.deep.equal([
      'shift blue 90 % / green 10 %',
      'shift blue 100 % / green 0 %',
    ]);
    expect(fake.quarantined.map(({ digest }) => digest)).to.have.members(
      Object.values(someRelease('3.0.0').artifacts).map(({ digest }) => digest),
    );
    const again = await fake.deploy(someRelease('3.0.0'));
    expect(again.outcome).to.equal('refused');
    expect(again.because).to.contain('rolled back');
  });

  it('rolls a release back that is slower than the live one', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['4.0.0'] = { latencyFactor: 1.6 };
    const ended = await fake.deploy(someRelease('4.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.contain('p95');
  });

  it('gives a release no traffic that never becomes healthy', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['5.0.0'] = { unhealthy: true };
    const ended = await fake.deploy(someRelease('5.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.world.effects.join()).not.to.contain('shift');
    expect(fake.world.lost).to.equal(0);
  });

  it('gives a release no traffic whose smoke checks fail', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['5.1.0'] = { smokeStatus: 404 };
    const ended = await fake.deploy(someRelease('5.1.0'));
    expect(ended.because).to.contain('answered 404, expected 200');
    expect(fake.world.effects.join()).not.to.contain('shift');
  });

  it('refuses to promise visitors one slot where the platform can keep none for all services', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const plan = { ...(await fake.plan(someRelease('2.0.0'))), affinity: 'cohort' as const };
    expect((await fake.start(plan)).outcome).to.equal('completed');
    const back = { ...(await fake.plan(someRelease('3.0.0'))), affinity: 'cohort' as const };
    const platform = { ...fake.platform, abilities: { ...fake.platform.abilities, cohort: false } };
    fake.world.effects.length = 0;
    const ended = await fake.start(back, { platform });
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain("can't keep a visitor with one slot for api and web");
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('promises no restore of a backup where the platform only looks at it', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const facts = { ...(await fake.facts()), ...fake.asks(someRelease('2.0.0')) };
    const checkOf = (plan: Plan) => plan.steps.find(({ id }) => id === 'verify-backup')?.title;
    expect(checkOf(planDeploy(facts))).to.equal('check the backup by restoring it');
    expect(checkOf(planDeploy({ ...facts, triesBackups: false }))).to.match(/whole, encrypted and fresh.*not restored/);
  });

  it('asks every gate, shows all refusals together, and changes nothing', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const release = someRelease('2.0.0', { requiredSettings: ['STRIPE_KEY'], artifacts: {} });
    const ended = await fake.deploy(release);
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('STRIPE_KEY').and.to.contain('carries none');
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('lets a waiver through, and writes down who gave it', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const plan = await fake.plan(someRelease('2.0.0', { requiredSettings: ['STRIPE_KEY'] }));
    const waivers = [{ gate: 'settings-present', because: 'not used yet', by: 'grace' }];
    expect(await fake.start(plan, { waivers })).to.include({ outcome: 'completed' });
    const waived = fake.events.find(({ body }) => body.kind === 'waived');
    expect(waived?.body).to.include({ because: 'not used yet', by: 'grace' });
  });

  it('fault 43: waits while there is too little traffic to judge, and at the limit goes back', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.requestsPerSecond = 1;
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.contain('still unknown after 5 min');
  });

  it('goes back when the counters are lost on every look, instead of watching for ever', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const { platform } = fake;
    const metrics = {
      ...platform.metrics,
      observe: async (since: string) => ({ ...(await platform.metrics.observe(since)), complete: false }),
    };
    const plan = await fake.plan(someRelease('2.0.0'));
    const ended = await fake.start(plan, { platform: { ...platform, metrics } });
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.contain('counters were lost');
  });

  it("holds at 100 % when it can't see, because blindness alone never moves whole traffic", async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'metrics.observe' && fake.world.weights['api']?.green === 100)
        throw new PlatformError('metrics are down');
    };
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended).to.include({ outcome: 'held', live: 'green' });
    fake.fault = () => undefined;
    expect(await fake.resume()).to.include({ outcome: 'completed', live: 'green' });
  });
});

describe('fault 10: weights moved by hand in the middle of a run', () => {
  it('stops without overwriting them, and says what to do', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call !== 'metrics.observe' || fake.world.weights['api']?.green !== 10) return;
      fake.world.weights = { api: { blue: 70, green: 30 }, web: { blue: 70, green: 30 } };
    };
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended.outcome).to.equal('held');
    expect(ended.because).to.contain('found blue 70 % / green 30 %');
    expect(fake.world.weights['api']).to.deep.equal({ blue: 70, green: 30 });
  });
});

describe('a turn', () => {
  const turnAt = async (percent: number, turn: Turn): Promise<FakeRun> => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'metrics.observe' && fake.world.weights['api']?.green === percent) fake.turn.abort(turn);
    };
    await fake.deploy(someRelease('2.0.0'));
    return fake;
  };

  it('by rollback puts traffic back at once and quarantines the release', async () => {
    const fake = await turnAt(50, new Turn('complaints', 'grace', 'rollback'));
    expect(fake.words().at(-1)).to.equal('ended rolled-back');
    expect(fake.world.weights['api']).to.deep.equal(blue);
    expect(fake.quarantined).to.have.length(3);
  });

  it('by abort puts traffic back and leaves the release in good standing', async () => {
    const fake = await turnAt(10, new Turn('not now', 'grace', 'abort'));
    expect(fake.words().at(-1)).to.equal('ended aborted');
    expect(fake.quarantined).to.deep.equal([]);
  });

  it('before anything was changed calls the run off, and speaks against nothing', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.turn.abort(new Turn('not now', 'grace', 'rollback'));
    expect((await fake.deploy(someRelease('2.0.0'))).outcome).to.equal('aborted');
    expect(fake.quarantined).to.deep.equal([]);
    expect(fake.world.effects).to.deep.equal([]);
  });

  it("after 100 % puts users' traffic back before background work", async () => {
    const fake = await turnAt(100, new Turn('complaints', 'grace', 'rollback'));
    expect(fake.world.effects.slice(-2)).to.deep.equal(['shift blue 100 % / green 0 %', 'hand over worker to blue']);
  });

  it("goes back although the journal can't be written any more", async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call !== 'metrics.observe' || fake.world.weights['api']?.green !== 50) return;
      fake.journalFault = () => {
        throw new StoreError('no space left');
      };
      fake.turn.abort(new Turn('complaints', 'grace', 'rollback'));
    };
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.said.join('\n')).to.contain('no space left');
  });

  it("tries again while the balancer can't be written, and is never told as done before it is", async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['3.0.0'] = { errorPercent: 20 };
    let failures = 0;
    fake.fault = (call) => {
      if (call === 'traffic.shift' && fake.world.weights['api']?.green === 10 && failures < 4) {
        failures += 1;
        throw new PlatformError('throttled');
      }
    };
    const ended = await fake.deploy(someRelease('3.0.0'));
    expect(failures).to.equal(4);
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
  });

  it('fault 27: ends as a failed rollback when the balancer stays unreachable', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['3.0.0'] = { errorPercent: 20 };
    fake.fault = (call) => {
      if (call === 'traffic.shift' && fake.world.weights['api']?.green === 10) throw new PlatformError('throttled');
    };
    const { deadMansSwitch: _none, ...platform } = fake.platform;
    const ended = await fake.start(await fake.plan(someRelease('3.0.0')), { platform });
    expect(ended.outcome).to.equal('rollback-failed');
    expect(ended.because).to.contain('throttled');
  });
});

describe('a slow journal', () => {
  it('keeps no user waiting for the traffic: why it goes back is written while it goes', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['3.0.0'] = { errorPercent: 20 };
    let shifted: () => void = () => undefined;
    const back = new Promise<void>((resolve) => {
      shifted = resolve;
    });
    fake.fault = (call) => {
      if (call === 'traffic.shift' && fake.world.weights['api']?.green === 10) shifted();
    };
    fake.journalFault = (body) =>
      body.kind === 'failed' || (body.kind === 'judged' && body.answer === 'no') ? back : undefined;
    const ended = await fake.deploy(someRelease('3.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue', backMilliseconds: 0 });
    const kinds = fake.events.map(({ body }) => body.kind);
    const told = ['judged', 'failed', 'turned', 'undo-began', 'undone'] as const;
    expect(told.map((kind) => kinds.lastIndexOf(kind))).to.satisfy((places: number[]) =>
      places.every((place, index) => place > (places[index - 1] ?? -1)),
    );
  });
});

describe('a slow journal under a rollback', () => {
  it('keeps no user waiting for the traffic either, and is told all the same', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    let shifted: () => void = () => undefined;
    const back = new Promise<void>((resolve) => {
      shifted = resolve;
    });
    fake.fault = (call) => {
      if (call === 'traffic.shift') shifted();
    };
    fake.journalFault = (body) => (body.kind === 'began' && body.step === 'shift-100' ? back : undefined);
    expect(await fake.rollback()).to.include({ outcome: 'completed', live: 'blue', backMilliseconds: 0 });
    expect(fake.words().slice(0, 2)).to.deep.equal(['began shift-100', 'passed shift-100']);
  });

  it('leaves a shift that no record knows of to be found made', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    fake.journalFault = (body) => {
      if (body.kind === 'began' && body.step === 'shift-100') throw new FencedError('killed');
    };
    expect(await fake.rollback().catch((error: unknown) => error)).to.be.instanceOf(FencedError);
    fake.journalFault = () => undefined;
    expect(fake.world.weights).to.deep.equal({ api: blue, web: blue });
    expect(await fake.resume()).to.include({ outcome: 'completed', live: 'blue' });
  });
});

describe("a journal that can't be written", () => {
  it('fault 53: stops before the first effect', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const plan = await fake.plan(someRelease('2.0.0'));
    fake.journalFault = (body) => {
      if (body.kind === 'began') throw new StoreError('no space left');
    };
    expect((await fake.start(plan)).outcome).to.equal('held');
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('is tried again for a while, so that a hiccup costs nothing', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    let failures = 0;
    fake.journalFault = (body) => {
      if (body.kind !== 'passed' || body.step !== 'shift-50' || failures >= 3) return;
      failures += 1;
      throw new StoreError('busy');
    };
    expect((await fake.deploy(someRelease('2.0.0'))).outcome).to.equal('completed');
    expect(failures).to.equal(3);
  });

  it('puts split traffic back when it stays so', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.journalFault = (body) => {
      if ('step' in body && body.step === 'judge-10') throw new StoreError('no space left');
    };
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.quarantined).to.deep.equal([]);
  });
});

describe('a run that was fenced', () => {
  it('fault 13: writes nothing more, neither traffic nor journal', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'metrics.observe' && fake.world.weights['api']?.green === 10) fake.world.token = 99;
    };
    let thrown: unknown;
    await fake.deploy(someRelease('2.0.0')).catch((error: unknown) => (thrown = error));
    expect(thrown).to.be.instanceOf(FencedError);
    expect(fake.world.weights['api']).to.deep.equal({ blue: 90, green: 10 });
    expect(fake.words().at(-1)).not.to.contain('ended');
  });
});

describe('an interrupt', () => {
  const interruptedAt = async (percent: number): Promise<FakeRun> => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'metrics.observe' && fake.world.weights['api']?.green === percent) fake.interrupt.abort();
    };
    await fake.deploy(someRelease('2.0.0'));
    fake.fault = () => undefined;
    return fake;
  };

  it("parks split traffic behind the dead-man's switch", async () => {
    const fake = await interruptedAt(10);
    expect(fake.words().at(-1)).to.equal('ended interrupted');
    expect(fake.world.armed).to.include({ run: fake.events[0]?.run ?? '' });
  });

  it('is gone on with by a resume before the deadline', async () => {
    const fake = await interruptedAt(50);
    const ended = await fake.resume({ interrupt: new AbortController().signal });
    expect(ended).to.include({ outcome: 'completed', live: 'green' });
  });

  it('ends rolled back when resumed after the switch has fired', async () => {
    const fake = await interruptedAt(50);
    fake.platform.advanceTo(fake.clock.monotonic() + 600_000);
    expect(fake.world.weights['api']).to.deep.equal(blue);
    const ended = await fake.resume({ interrupt: new AbortController().signal });
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.words()).to.include('fired');
    expect(fake.quarantined).to.deep.equal([]);
  });

  it('ends rolled back when the switch fires under a runner that was asleep', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call !== 'metrics.observe' || fake.world.weights['api']?.green !== 10) return;
      fake.fault = () => undefined;
      fake.clock.advance(600_000);
    };
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.contain('fired');
    expect(fake.quarantined).to.deep.equal([]);
  });

  it("goes back where the platform has no dead-man's switch", async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'metrics.observe' && fake.world.weights['api']?.green === 10) fake.interrupt.abort();
    };
    const { deadMansSwitch: _none, ...platform } = fake.platform;
    const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform });
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
  });
});

describe('a rollback', () => {
  it('after a completed deploy gives the other slot everything, traffic first', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    fake.world.effects.length = 0;
    const ended = await fake.rollback();
    expect(ended).to.include({ outcome: 'completed', live: 'blue' });
    expect(fake.world.effects).to.deep.equal(['shift blue 100 % / green 0 %', 'hand over worker to blue']);
  });

  it('measures from the decision to the read-back, and counts neither what follows nor what another process did', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    fake.fault = (call) => {
      if (call === 'traffic.shift') fake.clock.advance(70);
      if (call === 'background.handOver') fake.clock.advance(5_000);
    };
    const ended = await fake.rollback({ decided: fake.clock.monotonic() - 30 });
    expect(ended.backMilliseconds).to.equal(100);
  });

  it('quarantines what it leaves behind, but nothing that both slots run', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const { web } = someRelease('1.0.0').artifacts;
    const { api, worker } = someRelease('2.0.0').artifacts;
    if (!web || !api || !worker) throw new Error('three services');
    await fake.deploy(someRelease('2.0.0', { artifacts: { api, web, worker } }));
    await fake.rollback();
    expect(fake.quarantined.map(({ digest }) => digest)).to.have.members([api.digest, worker.digest]);
  });

  for (const [what, weights] of [
    ['split', { api: { blue: 30, green: 70 }, web: { blue: 30, green: 70 } }],
    ['mixed between the services', { api: { blue: 100, green: 0 }, web: { blue: 0, green: 100 } }],
  ] as const) {
    it(`from traffic that is ${what} gives one slot everything, also when it was interrupted on the way`, async () => {
      const fake = await withLive(someRelease('1.0.0'));
      await fake.deploy(someRelease('2.0.0'));
      fake.world.weights = { ...weights };
      const plan = await fake.planBack('blue');
      fake.fault = (call) => {
        if (call === 'traffic.shift') throw new PlatformError('the balancer restarts');
      };
      expect(await fake.start(plan)).to.include({ outcome: 'held' });
      expect(fake.world.weights).to.deep.equal(weights);
      fake.fault = () => undefined;
      expect(await fake.resume()).to.include({ outcome: 'completed', live: 'blue' });
      expect(fake.world.weights).to.deep.equal({ api: blue, web: blue });
    });
  }

  it('holds instead of going back to the bad slot when something after the shift fails', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    fake.fault = (call) => {
      if (call === 'background.handOver') throw new PlatformError("the worker doesn't stop");
    };
    const ended = await fake.rollback();
    expect(ended).to.include({ outcome: 'held', live: 'blue' });
    fake.fault = () => undefined;
    expect(await fake.resume()).to.include({ outcome: 'completed', live: 'blue' });
    expect(fake.world.owner).to.deep.equal({ worker: 'blue' });
  });
});

describe('resuming', () => {
  it("refuses weights that the run can't have left", async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'metrics.observe' && fake.world.weights['api']?.green === 10) fake.interrupt.abort();
    };
    await fake.deploy(someRelease('2.0.0'));
    fake.world.weights = { api: green, web: green };
    const ended = await fake.resume({ interrupt: new AbortController().signal });
    expect(ended.outcome).to.equal('held');
    expect(ended.because).to.contain('can only have left');
    expect(new DriftError('x').exitCode).to.equal(3);
  });

  const turns: readonly [what: string, keepWeights: boolean, left: typeof green][] = [
    ['restores them when an abort asks for that', false, blue],
    ['leaves them when an abort adopts them', true, green],
  ];
  for (const [what, keepWeights, left] of turns) {
    it(`having held for weights that somebody else has set, ${what}`, async () => {
      const fake = await withLive(someRelease('1.0.0'));
      fake.fault = (call) => {
        if (call === 'metrics.observe' && fake.world.weights['api']?.green === 10) fake.interrupt.abort();
      };
      await fake.deploy(someRelease('2.0.0'));
      fake.world.weights = { api: green, web: green };
      expect((await fake.resume({ interrupt: new AbortController().signal })).outcome).to.equal('held');
      fake.turn.abort(new Turn('abort asked for: a test', 'ada', 'abort'));
      const ended = await fake.resume({ interrupt: new AbortController().signal, keepWeights });
      expect(ended.outcome).to.equal('aborted');
      expect(fake.world.weights).to.deep.equal({ api: left, web: left });
    });
  }

  it('ends rolled back when traffic is back already, though no record says so', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'metrics.observe' && fake.world.weights['api']?.green === 50) fake.interrupt.abort();
    };
    await fake.deploy(someRelease('2.0.0'));
    fake.world.weights = { api: blue, web: blue };
    const ended = await fake.resume({ interrupt: new AbortController().signal });
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.world.armed).to.equal(null);
    expect(fake.quarantined).to.deep.equal([]);
  });

  it('goes on going back when the run had turned', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['3.0.0'] = { errorPercent: 20 };
    await fake.deploy(someRelease('3.0.0'));
    const turned = fake.events.findIndex(({ body }) => body.kind === 'turned');
    fake.events.splice(turned + 1);
    fake.quarantined.length = 0;
    fake.world.weights = { api: { blue: 90, green: 10 }, web: { blue: 90, green: 10 } };
    const ended = await fake.resume();
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.quarantined).to.have.length(3);
  });
});
