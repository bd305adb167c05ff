import { expect } from 'chai';
import type { EventBody } from '../../../contract/event.js';
import { eventLine, titleOf } from '../../../cli/print/event-line.js';
import { FakeRun } from '../../support/fake-run.js';
import { someRelease } from '../../support/product.js';

describe('a line of a run', () => {
  const lineOf = (body: EventBody): string | undefined =>
    eventLine(
      { format: 1, run: 'r1', sequence: 1, at: '2026-01-01T00:00:00Z', token: 1, by: 'ada', previous: '0', body },
      undefined,
    )?.text;

  it('says of an undo that leaves something on purpose what it leaves, and does not call it put back', () => {
    const undone = (evidence: Record<string, string>): string | undefined =>
      lineOf({ kind: 'undone', step: 'x', evidence });
    expect(undone({ left: 'green stands without traffic' })).to.equal('x: green stands without traffic');
    expect(undone({ kept: 'before-r1' })).to.equal('x: before-r1 is kept');
    expect(undone({})).to.equal('put back: x');
  });

  it('names the weights that a run leaves while traffic is split', () => {
    const ended = { kind: 'ended', outcome: 'interrupted', because: 'it was told to stop', live: null } as const;
    expect(lineOf({ ...ended, weights: { blue: 10, green: 90 } })).to.equal(
      'interrupted, traffic is blue 10 % / green 90 %: it was told to stop',
    );
    expect(lineOf({ ...ended, weights: null })).to.contain('no slot is live');
  });

  it('calls a rollback by where it goes, and a deploy by what it brings', async () => {
    const fake = new FakeRun();
    await fake.deploy(someRelease('1.0.0'));
    await fake.deploy(someRelease('2.0.0'));
    expect(titleOf(await fake.plan(someRelease('3.0.0')))).to.contain('deploy of 3.0.0 (');
    expect(titleOf(await fake.planBack('blue'))).to.contain('rollback to 1.0.0 (');
  });
});
