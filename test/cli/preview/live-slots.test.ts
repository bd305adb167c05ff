import { expect } from 'chai';
import { liveSlots } from '../../../cli/preview/live-slots.js';
import { PlatformError } from '../../../contract/errors.js';
import type { Event } from '../../../contract/event.js';
import type { Weights } from '../../../contract/weights.js';
import { saveOutputs } from '../../../journal/outputs.js';
import { newRunId } from '../../../journal/run-id.js';
import { FakeRun } from '../../support/fake-run.js';
import { journals } from '../../support/journals.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryStore } from '../../support/memory-store.js';
import { localOutputs, someServices } from '../../support/product.js';
import { openJournal } from '../../support/stored-journal.js';

const run = newRunId('local', new Date('2026-05-01T00:00:00Z'));

describe('which slots are live, for a preview', () => {
  let store: MemoryStore;
  beforeEach(async () => {
    store = new MemoryStore();
    await saveOutputs(store, localOutputs(someServices()));
  });

  const { platform } = new FakeRun();
  type Open = Parameters<typeof liveSlots>[0]['open'];
  const of = (open: Open) => liveSlots({ environment: 'local', store, clock: new ManualClock(), open, within: 50 });
  const answering = (services: Readonly<Record<string, Weights>>): Open => {
    const reading = { services, weights: undefined, dark: [], token: 0 };
    return () =>
      Promise.resolve({ ...platform, traffic: { ...platform.traffic, read: () => Promise.resolve(reading) } });
  };
  const silent: Open = () => Promise.reject(new PlatformError('no balancer'));

  async function recorded(events: readonly Event[]): Promise<void> {
    const journal = await openJournal(store, {}, run);
    for (const { body } of events) await journal.append(body);
  }

  it('is said by the balancer, whatever the journals say', async () => {
    await recorded(await journals.first());
    expect(await of(answering({ api: { blue: 0, green: 100 } }))).to.deep.equal({
      live: ['green'],
      liveBecause: 'says the balancer',
    });
  });

  it('is both while traffic is split, also where services differ', async () => {
    const mixed = answering({ api: { blue: 100, green: 0 }, web: { blue: 0, green: 100 } });
    expect((await of(mixed)).live).to.deep.equal(['blue', 'green']);
  });

  it('is none while no route is open', async () => {
    expect((await of(answering({}))).live).to.deep.equal([]);
  });

  it('is said by the journals when the balancer is silent and every run is over', async () => {
    const events = await journals.first();
    await recorded(events);
    expect(await of(silent)).to.deep.equal({ live: ['blue'], liveBecause: `says run ${run}` });
  });

  it('is known by nobody when a run is not over, or its journal is damaged, or there is none', async () => {
    expect((await of(silent)).live).to.equal(undefined);
    await recorded((await journals.first()).slice(0, -1));
    expect((await of(silent)).live).to.equal(undefined);
    store = new MemoryStore();
    await saveOutputs(store, localOutputs(someServices()));
    await store.append(`journals/${run}`, 0, '{"format":9}');
    expect(await of(silent)).to.deep.equal({ live: undefined, liveBecause: 'no balancer' });
  });

  it('is known by nobody where the environment was never up', async () => {
    store = new MemoryStore();
    expect(await of(silent)).to.have.property('live', undefined);
  });
});
