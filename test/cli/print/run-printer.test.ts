import { expect } from 'chai';
import { runPrinter } from '../../../cli/print/run-printer.js';
import { asksFirst, SomeApprovers, someAsking } from '../../support/approvers.js';
import { withLive, type FakeRun } from '../../support/fake-run.js';
import { someRelease } from '../../support/product.js';

/** What an operator reads of these events, without the symbols. */
function printed({ events }: Pick<FakeRun, 'events'>): string[] {
  const lines: string[] = [];
  const screen = { isTTY: false, columns: 80, write: (text: string) => void lines.push(text) };
  const printer = runPrinter(screen, () => 0);
  for (const event of events) printer.event(event);
  return lines.join('').trimEnd().split('\n');
}

describe('the lines of a run', () => {
  const times = (lines: readonly string[], text: string): number => lines.filter((line) => line.includes(text)).length;

  it('tell each reason of a refusal once, and at the end which gates they were', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const release = someRelease('2.0.0');
    fake.quarantined.push({ digest: release.artifacts['api']!.digest, because: 'lost orders', run: 'earlier' });
    await fake.deploy(release);
    const lines = printed(fake);
    expect(times(lines, 'lost orders')).to.equal(1);
    expect(lines.at(-1)).to.match(/refused, blue is live: gate-not-quarantined$/);
  });

  it('say whom a parked run waits for once, also when it is gone on with and there is no news', async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const people = new SomeApprovers(['ada', 'grace']);
    const plan = asksFirst(await fake.plan(someRelease('2.0.0')), someAsking());
    await fake.start(plan, { people });
    expect(times(printed(fake), 'waits for 2 of 2 approvals')).to.equal(1);
    fake.events.length = 1;
    const events = fake.events.length;
    await fake.resume({ people });
    const resumed = printed({ events: fake.events.slice(events) });
    expect(times(resumed, 'waits for 2 of 2 approvals'), resumed.join('\n')).to.equal(1);
  });
});
