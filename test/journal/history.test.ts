import { expect } from 'chai';
import { readHistory, readHistoryUntil, readTimesBack } from '../../journal/history.js';
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

  it('goes only as far back as it takes, from the run that the lease names', async () => {
    const first = await addRun(idAt('2026-01-01T00:00:00Z'), 1);
    const second = await addRun(idAt('2026-01-02T00:00:00Z'), 2);
    const late = await addRun(idAt('2025-01-01T00:00:00Z'), 3);
    const upTo = async (count: number) =>
      (await readHistoryUntil(store, 'local', late, (states) => states.length >= count)).map(({ run }) => run);
    expect(await upTo(1)).to.deep.equal([late]);
    expect(await upTo(2)).to.deep.equal([late, second]);
    expect(await upTo(9)).to.deep.equal([late, second, first]);
  });

  it('tells from last lines alone how long it took to go back, and is stopped by no line that it cannot read', async () => {
    const ended = { kind: 'ended', outcome: 'rolled-back', because: '', weights: null, live: null } as const;
    for (const [day, backMilliseconds] of [
      [1, 300],
      [2, 100],
      [3, undefined],
    ] as const) {
      const run = await addRun(idAt(`2026-01-0${day}T00:00:00Z`), day);
      const journal = await openJournal(store, { token: day }, run);
      if (backMilliseconds !== undefined) await journal.append({ ...ended, backMilliseconds });
    }
    await store.append(`journals/${idAt('2026-01-04T00:00:00Z')}`, 0, '{"format":9}');
    expect(await readTimesBack(store, 'local', { limit: 9, known: [] })).to.deep.equal([100, 300]);
    expect(await readTimesBack(store, 'local', { limit: 3, known: [] })).to.deep.equal([100]);
  });

  it('is read from ids that say where and when', () => {
    const run = idAt('2026-11-22T10:43:12.345Z', 'production-eu');
    expect(run).to.match(/^production-eu-20261122t104312z-[a-z0-9]{6}$/);
    expect(readRunId(run)).to.deep.equal({ environment: 'production-eu', time: '20261122t104312z' });
    expect(readRunId('something-else')).to.equal(undefined);
  });
});
