import { expect } from 'chai';
import { refuseUnfinished } from '../../cli/commands/deploy.js';
import { conduct, type Conducting } from '../../cli/run/conduct.js';
import { interrupts } from '../../cli/run/interrupts.js';
import { refuseOlder } from '../../cli/run/refuse-older.js';
import { RefusedError } from '../../contract/errors.js';
import type { Event } from '../../contract/event.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import { FakeClock } from '../support/fake-clock.js';
import { emptyWorld, fakePlatform, type Fault } from '../support/fake-platform.js';
import { MemoryStore } from '../support/memory-store.js';
import { localOutputs, someRelease, someRules, someServices, someSettings } from '../support/product.js';

describe('fault 56: a deploy on top of one that is not finished', () => {
  const store = new MemoryStore();
  const world = emptyWorld(someServices());
  const clock = new FakeClock();
  const events: Event[] = [];
  let fault: Fault = () => undefined;
  const platform = fakePlatform(world, { fault: (call) => fault(call) });
  clock.onAdvance = (time) => platform.advanceTo(time);

  const conducting = (run: string, version: string, interrupt = new AbortController().signal): Conducting => ({
    store,
    clock,
    platform,
    quarantine: { list: () => Promise.resolve([]), add: () => Promise.resolve() },
    environment: 'local',
    by: 'ada',
    run,
    interrupt,
    plan: async () =>
      planDeploy({
        run,
        environment: 'local',
        outputs: localOutputs(world.services),
        rules: someRules(),
        affinity: 'none',
        reading: await platform.traffic.read(),
        slots: { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') },
        requestedBy: 'ada',
        because: 'a test',
        now: clock.now(),
        release: someRelease(version),
        settings: someSettings(),
      }),
    onEvent: (event) => events.push(event),
    say: () => undefined,
  });

  const first = 'local-20260101t000000z-aaaaaa';
  const second = 'local-20260101t000001z-bbbbbb';
  const third = 'local-20260101t000002z-cccccc';

  /** Runs `second` to where this is true, and interrupts it there. */
  async function interruptedWhen(here: (call: string) => boolean): Promise<void> {
    const stop = new AbortController();
    fault = (call) => {
      if (here(call)) stop.abort();
    };
    const ended = await conduct(conducting(second, '2.0.0', stop.signal));
    fault = () => undefined;
    expect(ended.outcome).to.equal('interrupted');
  }

  before(async () => {
    expect((await conduct(conducting(first, '1.0.0'))).outcome).to.equal('completed');
    await refuseUnfinished({ store, name: 'local' });
    await interruptedWhen((call) => call === 'metrics.observe' && world.weights['api']?.green === 50);
  });

  it('is refused with the run in the way and both ways on, and changes nothing', async () => {
    const effects = [...world.effects];
    const refused = await refuseUnfinished({ store, name: 'local' }).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RefusedError);
    expect(String(refused)).to.contain(second);
    expect(refused)
      .to.have.property('hint')
      .that.contains('crossfade resume local')
      .and.contains('crossfade abort local');
    expect(world.effects).to.deep.equal(effects);
  });

  it('finds no idle slot while traffic is split, even for whoever does not ask first', async () => {
    events.length = 0;
    const refused = await conduct(conducting(third, '3.0.0')).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RefusedError);
    expect(String(refused)).to.contain('split');
    expect(events).to.deep.equal([]);
    expect(world.weights['api']).to.deep.equal({ blue: 50, green: 50 });
  });

  it('may begin once the earlier one was resumed to its end', async () => {
    const { plan: _planned, ...resumed } = conducting(second, '2.0.0');
    expect(await conduct(resumed)).to.include({ outcome: 'completed', live: 'green' });
    await refuseUnfinished({ store, name: 'local' });
    expect(await conduct(conducting(third, '3.0.0'))).to.include({ outcome: 'completed', live: 'blue' });
  });
});

describe('interrupts of the command line', () => {
  it('fault 34: the second signal that CI sends changes nothing, and is no sudden end', () => {
    const said: string[] = [];
    const listeners = process.listenerCount('SIGTERM');
    const interrupt = interrupts((line) => said.push(line));
    let aborts = 0;
    interrupt.signal.addEventListener('abort', () => (aborts += 1));
    try {
      for (const name of ['SIGHUP', 'SIGTERM', 'SIGTERM'] as const) process.emit(name, name);
    } finally {
      interrupt.stop();
    }
    expect(aborts).to.equal(1);
    expect(said).to.deep.equal(['SIGHUP: stopping at the next safe point']);
    expect(process.listenerCount('SIGTERM')).to.equal(listeners);
  });
});

describe('fault 56: an earlier version than the live one', () => {
  for (const [live, version] of [
    ['2.0.0', '1.9.9'],
    ['2.0.0', '2.0.0-rc.1'],
    ['2.10.0', '2.9.0'],
  ] as const) {
    it(`is refused unless it is said to be meant: ${version} while ${live} is live`, () => {
      expect(() => refuseOlder(live, version)).to.throw(RefusedError, `${version} is an earlier version than ${live}`);
    });
  }

  it('is neither the same one, nor a later one, nor a first one', () => {
    refuseOlder('2.0.0', '2.0.0');
    refuseOlder('2.0.0-rc.1', '2.0.0');
    refuseOlder('2.9.0', '2.10.0');
    refuseOlder(undefined, '0.0.1');
  });
});
