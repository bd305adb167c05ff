import { expect } from 'chai';
import { unprovenBecause } from '../../cli/run/unproven-because.js';
import type { EventBody } from '../../contract/event.js';
import { planHash } from '../../contract/plan.js';
import { Journal } from '../../journal/journal.js';
import { StoredQuarantine } from '../../journal/stored-quarantine.js';
import type { SlotState } from '../../pipeline/ports/slots.js';
import { FakeRun } from '../support/fake-run.js';
import { MemoryStore } from '../support/memory-store.js';
import { FakeClock } from '../support/fake-clock.js';
import { someRelease } from '../support/product.js';

const unreadable = 'local-20260102t000000z-bbbbbb';

describe('what stands beside the live slot', () => {
  const clock = new FakeClock();

  const scene = async (outcome: 'completed' | 'rolled-back') => {
    const store = new MemoryStore();
    const plan = { ...(await new FakeRun().plan(someRelease('1.0.0'))), run: 'local-20260101t000000z-aaaaaa' };
    const journal = await Journal.open(store, plan.run, { clock, by: 'ada', token: 1 });
    const bodies: EventBody[] = [
      { kind: 'planned', plan, hash: planHash(plan) },
      { kind: 'ended', outcome, because: 'a test', weights: null, live: null },
    ];
    for (const body of bodies) await journal.append(body);
    const quarantine = new StoredQuarantine(store, clock, 'ada');
    const slot: SlotState = { colour: 'blue', standing: true, input: plan.input ?? undefined, replicas: [] };
    return { records: { store, quarantine, environment: 'local' }, quarantine, slot };
  };

  it('may have the traffic when a deploy of it was completed', async () => {
    const { records, slot } = await scene('completed');
    expect(await unprovenBecause(records, slot)).to.equal(undefined);
  });

  it('may not when it was rolled back', async () => {
    const { records, slot } = await scene('rolled-back');
    expect(await unprovenBecause(records, slot)).to.contain('never live');
  });

  it('may not with other settings than it was live with', async () => {
    const { records, slot } = await scene('completed');
    if (!slot.input) throw new Error('the slot must hold something');
    const settings = { ...slot.input.settings, hash: `sha256:${'9'.repeat(64)}` };
    expect(await unprovenBecause(records, { ...slot, input: { ...slot.input, settings } })).to.contain('never live');
  });

  it('may all the same when a newer journal cannot be read', async () => {
    const { records, slot } = await scene('completed');
    await records.store.append(`journals/${unreadable}`, 0, '{"format":99}');
    expect(await unprovenBecause(records, slot)).to.equal(undefined);
  });

  it('may not when the journals that can be read say nothing, and names those that cannot', async () => {
    const { records, slot } = await scene('rolled-back');
    await records.store.append(`journals/${unreadable}`, 0, '{"format":99}');
    expect(await unprovenBecause(records, slot)).to.contain(`as far as the journals can be read (not: ${unreadable})`);
  });

  it('may not when nothing can be read at all, and says so instead of failing', async () => {
    const { records, slot } = await scene('completed');
    records.store.unreachable();
    expect(await unprovenBecause(records, slot)).to.contain("can't be told: the store does not answer");
  });

  it('may not when one of its digests is quarantined', async () => {
    const { records, quarantine, slot } = await scene('completed');
    const digest = someRelease('1.0.0').artifacts['api']?.digest ?? '';
    await quarantine.add({ digest, because: 'it lost orders', run: 'x' });
    expect(await unprovenBecause(records, slot)).to.contain('it lost orders');
  });
});
