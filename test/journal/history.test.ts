import { expect } from 'chai';
import { readHistory } from '../../journal/history.js';
import { newRunId, readRunId } from '../../journal/run-id.js';
import { openJournal, planned, someJournal, somePlan } from '../support/stored-journal.js';
import { MemoryStore } from '../support/memory-store.js';

describe('history of an environment', () => {
  const idAt = (time: string, environment = 'local') => newRunId(environment, new Date(time));
  let store: MemoryStore;

  beforeEach(() => {
    store = new MemoryStore();
  });

  const addRun = async (run: string, token: number): Promise<string> => {
    const journal = await openJournal(store, { token }, run);
    await journal.append(planned(await somePlan({ run })));
    return run;
  };

  it('lists the newest first, and only so many', async () => {
    const runs = [];
    for (const day of [1, 2, 3]) runs.push(await addRun(idAt(`2026-01-0${day}T00:00:00Z`), day));
    expect((await readHistory(store, 'local', 2)).map(({ run }) => run)).to.deep.equal([runs[2], runs[1]]);
  });

  it('fault 52: goes by who took the lease later, not by clocks that were set back in between', async () => {
    const first = await addRun(idAt('2026-01-09T00:00:00Z'), 1);
    const second = await addRun(idAt('2026-01-01T00:00:00Z'), 2);
    expect((await readHistory(store, 'local', 10)).map(({ run }) => run)).to.deep.equal([second, first]);
  });

  it('does not mix environments whose names begin alike', async () => {
    await addRun(idAt('2026-01-01T00:00:00Z', 'local-two'), 1);
    const own = await addRun(idAt('2026-01-01T00:00:00Z'), 1);
    expect((await readHistory(store, 'local', 10)).map(({ run }) => run)).to.deep.equal([own]);
  });

  it('shows a journal that cannot be read beside those that can', async () => {
    const good = await addRun(idAt('2026-01-01T00:00:00Z'), 1);
    const bad = idAt('2026-01-02T00:00:00Z');
    await someJournal(store, 2, bad);
    store.alter(`journals/${bad}`, 1, (text) => text.replace('note 1', 'note X'));
    const newer = idAt('2026-01-03T00:00:00Z');
    await store.append(`journals/${newer}`, 0, '{"format":9}');
    const history = await readHistory(store, 'local', 10);
    expect(history.map(({ run, problem }) => [run, problem === undefined])).to.deep.equal([
      [newer, false],
      [bad, false],
      [good, true],
    ]);
    expect(history[0]?.problem).to.contain('format 9');
    expect(history[1]?.problem).to.contain('event 1');
  });

  it('is read from ids that say where and when', () => {
    const run = idAt('2026-11-22T10:43:12.345Z', 'production-eu');
    expect(run).to.match(/^production-eu-20261122t104312z-[a-z0-9]{6}$/);
    expect(readRunId(run)).to.deep.equal({ environment: 'production-eu', time: '20261122t104312z' });
    expect(readRunId('something-else')).to.equal(undefined);
  });
});
