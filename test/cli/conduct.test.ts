import { expect } from 'chai';
import { conduct, conductUnrecorded, type Conducting } from '../../cli/run/conduct.js';
import { unfinishedRun } from '../../cli/run/unfinished-run.js';
import { FencedError, LeaseHeldError, StoreError } from '../../contract/errors.js';
import type { Event } from '../../contract/event.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { followRequest, makeRequest } from '../../journal/requests.js';
import { Turn } from '../../pipeline/endings.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import { FakeClock } from '../support/fake-clock.js';
import { emptyWorld, fakePlatform, type Fault, type World } from '../support/fake-platform.js';
import { MemoryStore } from '../support/memory-store.js';
import { localOutputs, someRelease, someRules, someServices, someSettings } from '../support/product.js';

const first = 'local-20260101t000000z-aaaaaa';
const second = 'local-20260101t000001z-bbbbbb';

/** Several processes' worth of conducting over one store and one fake world. */
class Scene {
  readonly store = new MemoryStore();
  readonly world: World = emptyWorld(someServices());
  readonly clock = new FakeClock();
  readonly events: Event[] = [];
  readonly said: string[] = [];
  fault: Fault = () => undefined;
  readonly platform = fakePlatform(this.world, { fault: (call) => this.fault(call) });

  constructor() {
    this.clock.onAdvance = (time) => this.platform.advanceTo(time);
  }

  conducting(run: string, changes: Partial<Conducting> = {}): Conducting {
    return {
      store: this.store,
      clock: this.clock,
      platform: this.platform,
      quarantine: { list: () => Promise.resolve([]), add: () => Promise.resolve() },
      environment: 'local',
      by: 'ada',
      run,
      interrupt: new AbortController().signal,
      onEvent: (event) => this.events.push(event),
      say: (line) => this.said.push(line),
      ...changes,
    };
  }

  planOf(run: string, version: string) {
    return async () =>
      planDeploy({
        run,
        environment: 'local',
        outputs: localOutputs(this.world.services),
        rules: someRules(),
        affinity: 'none',
        reading: await this.platform.traffic.read(),
        slots: { blue: await this.platform.slots.state('blue'), green: await this.platform.slots.state('green') },
        requestedBy: 'ada',
        because: 'a test',
        now: this.clock.now(),
        release: someRelease(version),
        settings: someSettings(),
      });
  }

  async live(): Promise<this> {
    const ended = await conduct(this.conducting(first, { plan: this.planOf(first, '1.0.0') }));
    expect(ended.because).to.equal('blue is live');
    this.events.length = 0;
    return this;
  }

  /** Calls `act` the first time that users' share in green is `percent` and is being judged. */
  at(percent: number, act: () => void): void {
    let done = false;
    this.fault = (call) => {
      if (done || call !== 'metrics.observe' || this.world.weights['api']?.green !== percent) return;
      done = true;
      act();
    };
  }
}

describe('conducting a run', () => {
  it('fault 12: is refused while another process holds the lease, and says who', async () => {
    const scene = await new Scene().live();
    const results: unknown[] = [];
    scene.at(10, () => {
      const other = scene.conducting('local-20260101t000002z-cccccc', {
        by: 'grace',
        plan: scene.planOf('x', '9.0.0'),
      });
      results.push(conduct({ ...other, platform: fakePlatform(scene.world) }).catch((error: unknown) => error));
    });
    const ended = await conduct(scene.conducting(second, { plan: scene.planOf(second, '2.0.0') }));
    expect(ended.outcome).to.equal('completed');
    const refused = await results[0];
    expect(refused).to.be.instanceOf(LeaseHeldError);
    expect(String(refused)).to.contain(second).and.to.contain('ada');
  });

  it('fault 28: obeys a request to roll back within two seconds of its clock, and answers it', async () => {
    const scene = await new Scene().live();
    let asked = 0;
    let sequence: Promise<number> | undefined;
    scene.at(50, () => {
      asked = scene.clock.monotonic();
      const at = scene.clock.now().toISOString();
      const request = { format: 1, action: 'rollback', run: second, by: 'grace', because: 'complaints', at } as const;
      sequence = makeRequest(scene.store, 'local', request);
    });
    const ended = await conduct(scene.conducting(second, { plan: scene.planOf(second, '2.0.0') }));
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    const turned = scene.events.find(({ body }) => body.kind === 'turned');
    expect(Date.parse(turned?.at ?? '') - Date.parse('2026-01-01T00:00:00Z') - asked).to.be.at.most(2_000);
    expect(turned?.body).to.include({ by: 'grace' });
    const state = await followRequest(scene.store, 'local', second, (await sequence) ?? -1);
    expect(state).to.deep.equal({ taken: true, answer: 'rolled-back' });
  });

  it('fault 13: is fenced by a rollback that takes over, and writes no weight after it', async () => {
    const scene = await new Scene().live();
    let takeover: Promise<unknown> | undefined;
    scene.at(10, () => {
      const turn = new Turn('complaints', 'grace', 'rollback');
      const other = scene.conducting(second, { by: 'grace', preempt: true, turn });
      takeover = conduct({ ...other, platform: fakePlatform(scene.world) });
    });
    let thrown: unknown;
    await conduct(scene.conducting(second, { plan: scene.planOf(second, '2.0.0') })).catch(
      (error: unknown) => (thrown = error),
    );
    expect(await takeover).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(thrown).to.be.instanceOf(FencedError);
    expect(scene.world.weights['api']).to.deep.equal({ blue: 100, green: 0 });
    expect(scene.world.effects.at(-1)).to.equal('shift blue 100 % / green 0 %');
  });

  it('leaves the lease free, and the run finished', async () => {
    const scene = await new Scene().live();
    expect(await unfinishedRun(scene.store, 'local')).to.equal(undefined);
    const lease = await acquireLease(scene.store, { environment: 'local', run: 'x', by: 'grace', clock: scene.clock });
    expect(lease.token).to.be.greaterThan(1);
    await lease.release();
  });

  it('finds a run that was interrupted, and none after it was resumed', async () => {
    const scene = await new Scene().live();
    const stop = new AbortController();
    scene.at(10, () => stop.abort());
    await conduct(scene.conducting(second, { plan: scene.planOf(second, '2.0.0'), interrupt: stop.signal }));
    expect((await unfinishedRun(scene.store, 'local'))?.run).to.equal(second);
    await conduct(scene.conducting(second));
    expect(await unfinishedRun(scene.store, 'local')).to.equal(undefined);
  });
});

describe('going back while nothing can be written', () => {
  it('fault 53: puts traffic back all the same, above every token, and says what is not recorded', async () => {
    const scene = await new Scene().live();
    const stop = new AbortController();
    scene.at(50, () => stop.abort());
    await conduct(scene.conducting(second, { plan: scene.planOf(second, '2.0.0'), interrupt: stop.signal }));
    const unfinished = await unfinishedRun(scene.store, 'local');
    scene.store.unreachable();
    const turn = new Turn('complaints', 'grace', 'rollback');
    const back = scene.conducting(second, { turn, preempt: true });
    let thrown: unknown;
    await conduct(back).catch((error: unknown) => (thrown = error));
    expect(thrown).to.be.instanceOf(StoreError);
    if (!unfinished) throw new Error('there must be an unfinished run');
    expect(await conductUnrecorded(back, unfinished.progress)).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(scene.said.join('\n')).to.contain('not in any journal');
  });
});
