import { expect } from 'chai';
import { wholeColour } from '../../contract/weights.js';
import { EngineError, FencedError, PlatformError, RefusedError } from '../../contract/errors.js';
import type { EventBody } from '../../contract/event.js';
import { Turn } from '../../pipeline/endings.js';
import { planRetire } from '../../pipeline/plan-slot.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Observation } from '../../pipeline/ports/metrics.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { withLive, type FakeRun } from '../support/fake-run.js';
import { localOutputs, someRelease, someRules } from '../support/product.js';

const blue = { blue: 100, green: 0 };
const green = { blue: 0, green: 100 };

/** Dies without another word, as a killed process does: whoever is fenced writes nothing more. */
async function killedAt(fake: FakeRun): Promise<void> {
  const ended = await fake.deploy(someRelease('2.0.0')).catch((error: unknown) => error);
  expect(ended).to.be.instanceOf(FencedError);
  fake.fault = () => undefined;
  fake.journalFault = () => undefined;
}

/** What users' share in green was at the moment of the call. */
const shareOf = (fake: FakeRun): number => fake.world.weights['api']?.green ?? 0;

const indexOf = (fake: FakeRun, matches: (body: EventBody) => boolean): number =>
  fake.events.findIndex(({ body }) => matches(body));

describe('a runner that died beside a shift', () => {
  it('fault 2: after the weights were written and before the record, finds them as they are and goes on', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.journalFault = (body) => {
      if (body.kind === 'passed' && body.step === 'shift-50') throw new FencedError('killed');
    };
    await killedAt(fake);
    expect(fake.words().at(-1)).to.equal('began shift-50');
    expect(fake.world.weights['api']).to.deep.equal({ blue: 50, green: 50 });
    const ended = await fake.resume();
    expect(ended).to.include({ outcome: 'completed', live: 'green' });
    const resumed = fake.events.find(({ body }) => body.kind === 'resumed');
    expect(resumed?.body).to.deep.include({ weights: { blue: 50, green: 50 } });
  });

  it('fault 2: after the intent was recorded and before the weights were written, writes them then', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'traffic.shift' && shareOf(fake) === 10) throw new FencedError('killed');
    };
    await killedAt(fake);
    expect(fake.words().at(-1)).to.equal('began shift-50');
    expect(fake.world.weights['api']).to.deep.equal({ blue: 90, green: 10 });
    expect(await fake.resume()).to.include({ outcome: 'completed', live: 'green' });
    const resumed = fake.events.find(({ body }) => body.kind === 'resumed');
    expect(resumed?.body).to.deep.include({ weights: { blue: 90, green: 10 } });
    expect(fake.world.effects.filter((effect) => effect === 'shift blue 50 % / green 50 %')).to.have.length(1);
  });
});

describe('an engine whose state is locked', () => {
  const locked = (call: string): void => {
    if (call === 'slots.provision' || call === 'slots.destroy') throw new EngineError('the stack is locked');
  };

  it('fault 3: does not keep traffic from going back after a completed deploy', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    const calls: string[] = [];
    fake.fault = (call) => {
      calls.push(call);
      locked(call);
    };
    expect(await fake.rollback()).to.include({ outcome: 'completed', live: 'blue' });
    expect(calls).to.include('traffic.shift').and.not.include.members(['slots.provision', 'slots.destroy']);
  });

  it('fault 3: does not keep a bad release from being turned back in the middle of its deploy', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['3.0.0'] = { errorPercent: 20 };
    fake.fault = (call) => {
      if (shareOf(fake) > 0) locked(call);
    };
    expect(await fake.deploy(someRelease('3.0.0'))).to.include({ outcome: 'rolled-back', live: 'blue' });
  });
});

describe('metrics that say nothing', () => {
  const sample = { requests: 10_000, errors: 0, latency: undefined };
  const empty: Observation = { complete: true, seconds: 60, samples: { blue: {}, green: {} } };
  const cases: Readonly<Record<string, () => Promise<Observation>>> = {
    'no series at all': () => Promise.resolve(empty),
    'series of one service only': () =>
      Promise.resolve({ ...empty, samples: { blue: { api: sample, web: sample }, green: { api: sample } } }),
    'NaN for a count': () => {
      const broken = { ...sample, errors: Number.NaN };
      return Promise.resolve({ ...empty, samples: { blue: {}, green: { api: broken, web: broken } } });
    },
    'an error': () => Promise.reject(new PlatformError('the source answered 500')),
  };
  for (const [what, observe] of Object.entries(cases)) {
    it(`fault 6: ${what} never lets a share grow, and at the limit goes back`, async () => {
      const fake = await withLive(someRelease('1.0.0'));
      const { platform } = fake;
      const blind: Platform = { ...platform, metrics: { ...platform.metrics, observe } };
      const began = fake.clock.monotonic();
      const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform: blind });
      expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
      expect(fake.words()).to.include('began judge-10').and.not.include('passed judge-10');
      expect(fake.world.effects).not.to.include('shift blue 50 % / green 50 %');
      expect(fake.clock.monotonic() - began).to.be.at.least(300_000);
    });
  }
});

describe('counters that were lost in a hold', () => {
  it('fault 6: vouch for nothing: the whole time is watched again', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const { platform, clock } = fake;
    let lostAt: number | undefined;
    let looks = 0;
    const observe = async (since: string): Promise<Observation> => {
      const seen = await platform.metrics.observe(since);
      looks += 1;
      if (looks !== 20) return seen;
      lostAt = clock.monotonic();
      return { ...seen, complete: false };
    };
    let passedAt = 0;
    fake.journalFault = (body) => {
      if (body.kind === 'passed' && body.step === 'judge-10') passedAt = clock.monotonic();
    };
    const lossy: Platform = { ...platform, metrics: { ...platform.metrics, observe } };
    const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform: lossy });
    expect(ended.outcome).to.equal('completed');
    expect(passedAt - (lostAt ?? Number.NaN)).to.be.at.least(someRules().hold);
  });
});

describe('a measurement that was cut short', () => {
  it('fault 7: is no pass: it is made again, for its whole time', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    let looks = 0;
    fake.fault = (call) => {
      if (call !== 'metrics.observe' || shareOf(fake) !== 10) return;
      looks += 1;
      if (looks === 20) fake.interrupt.abort();
    };
    const parked = await fake.deploy(someRelease('2.0.0'));
    expect(parked.outcome).to.equal('interrupted');
    expect(fake.words()).to.include('began judge-10').and.not.include('passed judge-10');
    const resumedAt = fake.clock.monotonic();
    let passedAt = 0;
    fake.journalFault = (body) => {
      if (body.kind === 'passed' && body.step === 'judge-10') passedAt = fake.clock.monotonic();
    };
    expect(await fake.resume({ interrupt: new AbortController().signal })).to.include({ outcome: 'completed' });
    expect(passedAt - resumedAt).to.be.at.least(someRules().hold);
  });
});

describe('a data plane that lags behind its weights', () => {
  /** Users' requests keep arriving in blue until then, although the weights say green. */
  const lagging = ({ platform, clock }: FakeRun, until: () => number): Platform => ({
    ...platform,
    traffic: {
      ...platform.traffic,
      converged: (weights, since, signal) =>
        weights.green === 100 && clock.monotonic() < until()
          ? Promise.resolve({ answer: 'no', because: 'blue still gets requests', evidence: {} })
          : platform.traffic.converged(weights, since, signal),
    },
  });

  it('fault 8: is waited for, and background work stays where requests still arrive', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    let shiftedAt = 0;
    let handedOverAt = 0;
    fake.fault = (call) => {
      if (call === 'traffic.shift' && shareOf(fake) === 50) shiftedAt = fake.clock.monotonic();
      if (call === 'background.handOver') handedOverAt = fake.clock.monotonic();
    };
    const platform = lagging(fake, () => shiftedAt + 20_000);
    const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform });
    expect(ended).to.include({ outcome: 'completed', live: 'green' });
    expect(handedOverAt - shiftedAt).to.be.at.least(20_000);
  });

  it('fault 8: that never follows is no success: traffic goes back to the slot that kept it', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const platform = lagging(fake, () => Number.POSITIVE_INFINITY);
    const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform });
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.contain('blue still gets requests');
    expect(fake.world.owner).to.deep.equal({ worker: 'blue' });
  });

  it('fault 8: keeps a slot from being retired while its own counters see requests', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    const { platform } = fake;
    const busy: Platform = {
      ...platform,
      slots: { ...platform.slots, quiet: () => Promise.resolve({ inFlight: 3, idleMilliseconds: 0 }) },
    };
    const plan = planRetire({
      run: 'run-retire',
      environment: 'local',
      colour: 'blue',
      outputs: localOutputs(fake.world.services),
      rules: fake.rules,
      affinity: 'none',
      reading: await platform.traffic.read(),
      slots: { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') },
      requestedBy: 'ada',
      because: 'a test',
      now: fake.clock.now(),
    });
    const ended = await fake.start(plan, { platform: busy });
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('blue still has 3 requests in flight');
    expect(fake.world.slots.blue?.release.version).to.equal('1.0.0');
  });
});

describe('credentials that end', () => {
  const endingIn = async (minutes: number) => {
    const fake = await withLive(someRelease('1.0.0'));
    const plan = await fake.plan(someRelease('2.0.0'));
    const gate = {
      id: 'gate-credentials-last',
      use: 'credentials-last',
      kind: 'look',
      title: 'x',
      gate: true,
    } as const;
    const at = new Date(fake.clock.now().getTime() + minutes * 60_000);
    const credentialsEnd = () => Promise.resolve({ at, because: 'they end' });
    const first = { ...plan.steps[0]!, ...gate };
    const steps = [first, ...plan.steps];
    return fake.start({ ...plan, steps }, { platform: { ...fake.platform, credentialsEnd } });
  };

  it('in the middle of it refuse a run before anything is changed', async () => {
    const ended = await endingIn(12);
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.match(/they end, in 12 min; this run takes [\d.]+ min or more/);
  });

  it('long after it refuse none', async () => {
    expect((await endingIn(120)).outcome).to.equal('completed');
  });
});

describe('a slot whose requests are counted late', () => {
  const countedUntil = async (end: number) => {
    const fake = await withLive(someRelease('1.0.0'));
    const began = fake.clock.monotonic();
    const { platform } = fake;
    const quiet = () => {
      const inFlight = fake.clock.monotonic() - began < end ? 40 : 0;
      return Promise.resolve({ inFlight, idleMilliseconds: 0, lateMilliseconds: 270_000 });
    };
    return { fake, late: { ...platform, slots: { ...platform.slots, quiet } } satisfies Platform };
  };

  it('is waited for by the next deploy, which says so', async () => {
    const { fake, late } = await countedUntil(200_000);
    const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform: late });
    expect(ended.outcome).to.equal('completed');
    expect(fake.said).to.include('green: 40 requests of late, which are counted late: waiting, 4.5 min at most');
  });

  it('is not idle when requests go on', async () => {
    const { fake, late } = await countedUntil(Number.POSITIVE_INFINITY);
    const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform: late });
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('green still has 40 requests in flight');
  });

  it('is waited for no longer once the run is interrupted: nothing was changed', async () => {
    const { fake, late } = await countedUntil(Number.POSITIVE_INFINITY);
    const before = structuredClone(fake.world.weights);
    const plan = await fake.plan(someRelease('2.0.0'));
    const slots: Platform['slots'] = {
      ...late.slots,
      quiet: () => {
        fake.interrupt.abort();
        return late.slots.quiet();
      },
    };
    const ended = await fake.start(plan, { platform: { ...late, slots } });
    expect(ended.outcome).to.equal('interrupted');
    expect(fake.world.weights).to.deep.equal(before);
  });
});

describe('which slot is live', () => {
  it('fault 11: is read from the balancer, whatever the last run has left', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    fake.world.weights = { api: blue, web: blue };
    expect(await fake.plan(someRelease('3.0.0'))).to.include({ from: 'blue', to: 'green' });
    fake.world.weights = { api: green, web: green };
    expect(await fake.plan(someRelease('3.0.0'))).to.include({ from: 'green', to: 'blue' });
  });

  it("fault 11: is nobody's guess while weights are split or differ between services", async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    for (const weights of [
      { api: { blue: 50, green: 50 }, web: { blue: 50, green: 50 } },
      { api: blue, web: green },
    ]) {
      fake.world.weights = weights;
      const refused = await fake.plan(someRelease('3.0.0')).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(RefusedError);
    }
  });

  it('fault 11: is asked again before the first change, and a swap in between refuses the run', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    const plan = await fake.plan(someRelease('3.0.0'));
    fake.world.weights = { api: blue, web: blue };
    fake.world.effects.length = 0;
    const ended = await fake.start(plan);
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('the plan was made at');
    expect(fake.world.effects).to.deep.equal([]);
  });
});

describe('what a way back depends on', () => {
  it('fault 15: an artifact that is gone refuses the deploy before anything is changed', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const gone = { answer: 'no', because: 'api@2.0.0 is not in the store', evidence: {} } as const;
    const platform: Platform = { ...fake.platform, artifacts: { check: () => Promise.resolve(gone) } };
    const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform });
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('api@2.0.0 is not in the store');
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('fault 15: the slot that stands needs no artifact to get its traffic back', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    const check = () => Promise.reject(new PlatformError('the registry is gone'));
    const ended = await fake.rollback({ platform: { ...fake.platform, artifacts: { check } } });
    expect(ended).to.include({ outcome: 'completed', live: 'blue' });
  });

  it('fault 16: a live slot that is not whole is no way back, so nothing moves away from it', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.world.behaviours['1.0.0'] = { unhealthy: true };
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('blue is not whole, so there is no good way back');
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('fault 16: a slot without a healthy replica is refused as the goal of a rollback', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    fake.world.behaviours['1.0.0'] = { unhealthy: true };
    const refused = await fake.rollback().catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RefusedError);
    expect(String(refused)).to.contain('blue has no healthy replica of api, web');
    expect(fake.world.weights['api']).to.deep.equal(green);
  });

  it('fault 16: the slot that was left keeps all its replicas until the bake is over', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const before = (await fake.platform.slots.state('blue')).replicas.filter(({ service }) => service !== 'worker');
    const during: number[] = [];
    const { platform } = fake;
    const look = async (since: string): Promise<Observation> => {
      const { replicas } = await platform.slots.state('blue');
      during.push(replicas.filter(({ service, healthy }) => service !== 'worker' && healthy).length);
      return platform.metrics.observe(since);
    };
    const watched: Platform = { ...platform, metrics: { ...platform.metrics, observe: look } };
    await fake.start(await fake.plan(someRelease('2.0.0')), { platform: watched });
    expect(during).not.to.deep.equal([]);
    expect(new Set(during)).to.deep.equal(new Set([before.length]));
  });
});

describe('a platform that says it is done', () => {
  it('fault 14: is not believed: replicas that run something else are no success', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const { platform } = fake;
    const before = someRelease('1.0.0').artifacts;
    const putBack: Platform = {
      ...platform,
      slots: {
        ...platform.slots,
        state: async (colour) => {
          const state = await platform.slots.state(colour);
          if (colour === 'blue') return state;
          const replicas = state.replicas.map((replica) => {
            const digest = before[replica.service]?.digest ?? replica.digest;
            return { ...replica, digest };
          });
          return { ...state, replicas };
        },
      },
    };
    const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform: putBack });
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.words()).to.include('failed assert-outcome');
    expect(fake.world.effects.join()).not.to.contain('shift');
  });
});

describe('a database that both slots use', () => {
  const migration = (phase: 'expand' | 'contract') => ({
    id: '001_orders.sql',
    checksum: `sha256:${'1'.repeat(64)}`,
    phase,
    sql: 'SELECT 1',
  });

  it('fault 17: loses nothing that the live slot needs: a contracting migration waits', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const ended = await fake.deploy(someRelease('2.0.0', { migrations: [migration('contract')] }));
    expect(ended.outcome).to.equal('completed');
    expect(fake.world.database!.applied).to.deep.equal([]);
  });

  it('fault 19: stops the run before any traffic when its migration fails', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'database.migrate') throw new PlatformError('001_orders.sql is wholly out');
    };
    const ended = await fake.deploy(someRelease('2.0.0', { migrations: [migration('expand')] }));
    expect(ended.live).to.equal('blue');
    expect(ended.because).to.contain('001_orders.sql is wholly out');
    expect(fake.world.effects.join()).not.to.match(/provision|shift/);
  });

  for (const answer of ['no', 'unknown'] as const) {
    it(`fault 22: is not migrated when its backup is answered with ${answer}`, async () => {
      const fake = await withLive(someRelease('1.0.0'));
      const { platform } = fake;
      if (!platform.database) throw new Error('this world has a database');
      const verifyBackup = () => Promise.resolve({ answer, because: 'not available yet', evidence: {} });
      const unsure: Platform = { ...platform, database: { ...platform.database, verifyBackup } };
      const plan = await fake.plan(someRelease('2.0.0', { migrations: [migration('expand')] }));
      const ended = await fake.start(plan, { platform: unsure });
      expect(ended.outcome).not.to.equal('completed');
      expect(fake.world.effects.join()).not.to.match(/migrate|provision|shift/);
    });
  }
});

describe('a slot in which nothing is healthy', () => {
  it('fault 26: gets no first share, though its smoke checks have passed', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.journalFault = (body) => {
      if (body.kind === 'passed' && body.step === 'smoke') fake.world.behaviours['2.0.0'] = { unhealthy: true };
    };
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.contain('so it gets no traffic');
    expect(fake.world.effects.join()).not.to.contain('shift blue 90 %');
    expect(fake.world.lost).to.equal(0);
  });

  it('fault 26: gets no larger share when it falls ill between two', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.journalFault = (body) => {
      if (body.kind === 'passed' && body.step === 'judge-10') fake.world.behaviours['2.0.0'] = { unhealthy: true };
    };
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.world.effects).not.to.include('shift blue 50 % / green 50 %');
    expect(fake.world.lost).to.equal(0);
  });
});

describe('a run that waits', () => {
  for (const [place, percent, step] of [
    ['a hold', 50, 'judge-50'],
    ['the bake', 100, 'bake'],
  ] as const) {
    it(`fault 28: goes on watching in ${place}: a release that turns bad there goes back`, async () => {
      const fake = await withLive(someRelease('1.0.0'));
      fake.fault = (call) => {
        if (call === 'metrics.observe' && shareOf(fake) === percent && fake.words().at(-1) === `began ${step}`) {
          fake.world.behaviours['2.0.0'] = { errorPercent: 60 };
        }
      };
      const ended = await fake.deploy(someRelease('2.0.0'));
      expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
      expect(fake.words()).to.include(`failed ${step}`);
    });

    it(`fault 28: obeys an abort in ${place} within two seconds`, async () => {
      const fake = await withLive(someRelease('1.0.0'));
      let asked: number | undefined;
      fake.fault = (call) => {
        if (asked !== undefined || call !== 'metrics.observe' || shareOf(fake) !== percent) return;
        asked = fake.clock.monotonic();
        fake.turn.abort(new Turn('not now', 'grace', 'abort'));
      };
      expect(await fake.deploy(someRelease('2.0.0'))).to.include({ outcome: 'aborted', live: 'blue' });
      const back = fake.world.history.findLast(({ weights }) => wholeColour(weights) === 'blue');
      expect((back?.at ?? Infinity) - (asked ?? 0)).to.be.within(0, 2_000);
    });
  }

  it('fault 28: can be aborted while it is held without a process', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    fake.fault = (call) => {
      if (call === 'metrics.observe' && shareOf(fake) === 100) throw new PlatformError('metrics are down');
    };
    expect((await fake.deploy(someRelease('2.0.0'))).outcome).to.equal('held');
    fake.turn.abort(new Turn('not now', 'grace', 'abort'));
    expect(await fake.resume()).to.include({ outcome: 'aborted', live: 'blue' });
  });
});

describe('an interrupt as CI sends it', function () {
  this.timeout(60_000);

  const steps = async (): Promise<string[]> => {
    const fake = await withLive(someRelease('1.0.0'));
    return (await fake.plan(someRelease('2.0.0'))).steps.filter((step) => !step.gate).map(({ id }) => id);
  };

  it('fault 34: at any step parks the run or finishes it, begins nothing more, and a resume completes it', async () => {
    for (const step of await steps()) {
      const fake = await withLive(someRelease('1.0.0'));
      fake.journalFault = (body) => {
        if ('step' in body && body.step === step && (body.kind === 'began' || body.kind === 'skipped')) {
          fake.interrupt.abort();
        }
      };
      const ended = await fake.deploy(someRelease('2.0.0'));
      const began = indexOf(fake, (body) => 'step' in body && body.step === step && body.kind !== 'asked');
      const later = fake.events.slice(began + 1).filter(({ body }) => body.kind === 'began');
      expect(later, `${step}: nothing begins after the interrupt`).to.deep.equal([]);
      if (ended.outcome !== 'completed') {
        expect(ended.outcome, step).to.equal('interrupted');
        fake.journalFault = () => undefined;
        const resumed = await fake.resume({ interrupt: new AbortController().signal });
        expect(resumed.because, step).to.equal('green is live');
      }
      expect(fake.world.weights, step).to.deep.equal({ api: green, web: green });
      expect(fake.world.owner, step).to.deep.equal({ worker: 'green' });
      expect(fake.world.armed, step).to.equal(null);
      expect(fake.world.lost, step).to.equal(0);
    }
  });
});

describe('a release of several services', () => {
  it('fault 42: of which one is bad goes back as a whole, and the services never differ in their weights', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const { platform } = fake;
    const apart: string[] = [];
    fake.fault = (call) => {
      const { api, web } = fake.world.weights;
      if (api?.green !== web?.green) apart.push(call);
    };
    const observe = async (since: string): Promise<Observation> => {
      const seen = await platform.metrics.observe(since);
      const { web } = seen.samples.green;
      if (!web) return seen;
      const failing = { ...web, errors: Math.ceil(web.requests / 4) };
      return { ...seen, samples: { ...seen.samples, green: { ...seen.samples.green, web: failing } } };
    };
    const partly: Platform = { ...platform, metrics: { ...platform.metrics, observe } };
    const ended = await fake.start(await fake.plan(someRelease('2.0.0')), { platform: partly });
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.contain('web');
    expect(fake.world.weights).to.deep.equal({ api: blue, web: blue });
    expect(fake.world.owner).to.deep.equal({ worker: 'blue' });
    expect(apart).to.deep.equal([]);
  });

  it('fault 42: of which one cannot be handed over goes back with all the others', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    let failures = 0;
    fake.fault = (call) => {
      if (call !== 'background.handOver' || shareOf(fake) !== 100) return;
      failures += 1;
      throw new PlatformError("the worker doesn't stop");
    };
    const ended = await fake.deploy(someRelease('2.0.0'));
    expect(failures).to.equal(1);
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(fake.world.weights).to.deep.equal({ api: blue, web: blue });
  });
});

describe('a wall clock that jumps', () => {
  for (const jump of [-3_600_000, 3_600_000]) {
    it(`fault 52: by ${jump / 60_000} minutes in a hold neither shortens nor lengthens it`, async () => {
      const fake = await withLive(someRelease('1.0.0'));
      const { clock } = fake;
      const jumpy: Clock = {
        now: () => new Date(clock.now().getTime() + (shareOf(fake) > 0 ? jump : 0)),
        monotonic: () => clock.monotonic(),
        sleep: (duration, signal) => clock.sleep(duration, signal),
      };
      const began = clock.monotonic();
      const plan = await fake.plan(someRelease('2.0.0'));
      const jumped = await fake.start(plan, { clock: jumpy });
      const took = clock.monotonic() - began;
      expect(jumped).to.include({ outcome: 'completed', live: 'green' });
      const straight = await withLive(someRelease('1.0.0'));
      const begun = straight.clock.monotonic();
      await straight.deploy(someRelease('2.0.0'));
      expect(took).to.equal(straight.clock.monotonic() - begun);
    });
  }
});
