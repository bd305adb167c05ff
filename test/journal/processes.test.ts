import { expect } from 'chai';
import { execa } from 'execa';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../cli/run/system-clock.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { FolderStore } from '../../journal/folder-store.js';
import { readLease } from '../../journal/lease.js';
import { processLiveness, thisProcess } from '../../journal/process-identity.js';
import { verifyJournal } from '../../journal/verify.js';
import { bundle } from '../support/bundle.js';
import { Child } from '../support/child.js';
import { noted, openJournal, planned, somePlan } from '../support/stored-journal.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('journal and lease among real processes on one folder', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const children: Child[] = [];
  const start = async (script: string, ...parts: string[]): Promise<Child> => {
    const file = await bundle(new URL(script, import.meta.url), join(folder.path, 'child.mjs'));
    const child = new Child(file, parts);
    children.push(child);
    return child;
  };
  const storeFolder = () => join(folder.path, 'store');

  afterEach(() => Promise.all(children.splice(0).map((child) => child.end())));

  for (const [processes, each] of [
    [2, 1],
    [10, 5],
  ] as const) {
    it(`fault 12: gives the lease to one of ${processes * each} contenders in ${processes} processes, then to the next`, async () => {
      const file = await bundle(new URL('lease-child.ts', import.meta.url), join(folder.path, 'child.mjs'));
      const all = Array.from({ length: processes }, (_, number) => {
        const runs = Array.from({ length: each }, (__, contender) => `r${number}-${contender}`);
        return new Child(file, [storeFolder(), runs.join(',')]);
      });
      children.push(...all);
      const said = await Promise.all(
        all.flatMap((child) => Array.from({ length: each }, async () => ({ child, line: await child.next() }))),
      );
      const won = said.filter(({ line }) => isRecord(line) && 'token' in line);
      expect(won.map(({ line }) => line)).to.deep.equal([{ token: 1 }]);
      const lost = said.filter((outcome) => outcome !== won[0]);
      expect(lost.map(({ line }) => line)).to.deep.equal(lost.map(() => ({ code: 'lease-held' })));
      won[0]?.child.tell('release');
      expect(await won[0]?.child.next()).to.deep.equal({ released: 'released' });
      const next = new Child(file, [storeFolder(), 'next']);
      children.push(next);
      expect(await next.next()).to.deep.equal({ token: 2 });
    });
  }

  it('fault 13: fences a process that was stopped, taken over and woken', async () => {
    const holder = await start('lease-child.ts', storeFolder(), 'r1', '500');
    expect(await holder.next()).to.deep.equal({ token: 1 });
    holder.tell('check');
    expect(await holder.next()).to.deep.equal({ checked: 1 });
    holder.signal('SIGSTOP');
    const store = new FolderStore(storeFolder());
    const keeper = await acquireLease(store, {
      environment: 'local',
      run: 'r2',
      by: 'grace',
      clock: systemClock,
      term: 60_000,
    });
    try {
      expect(keeper.token).to.equal(2);
      holder.signal('SIGCONT');
      holder.tell('check');
      expect(await holder.next()).to.deep.equal({ code: 'fenced' });
      await keeper.check();
      expect((await readLease(store, 'local'))?.lease.holder?.run).to.equal('r2');
    } finally {
      await keeper.release();
    }
  });

  it('takes over from a killed process of this machine without waiting for its term', async function () {
    if (process.platform !== 'linux') this.skip();
    const holder = await start('lease-child.ts', storeFolder(), 'r1', '600000');
    expect(await holder.next()).to.deep.equal({ token: 1 });
    await holder.end();
    const store = new FolderStore(storeFolder());
    const keeper = await acquireLease(store, { environment: 'local', run: 'r2', by: 'grace', clock: systemClock });
    expect(keeper.token).to.equal(2);
    await keeper.release();
  });

  it('fault 1: loses no line that was said to be durable when a writer is killed among hundreds, and goes on', async () => {
    const store = new FolderStore(storeFolder());
    await (await openJournal(store)).append(planned(await somePlan()));
    const writer = await start('append-child.ts', storeFolder(), 'r');
    let durable = 0;
    while (durable < 300) durable = (await writer.next()) as number;
    writer.signal('SIGKILL');
    for (let line = await writer.next(); line !== undefined; line = await writer.next()) durable = line as number;

    const journal = await openJournal(store, { token: 2 });
    const last = journal.head?.sequence ?? 0;
    expect(last).to.be.within(durable, durable + 1);
    await journal.append(noted('goes on'));
    const { findings, events, provenTo } = await verifyJournal(store, 'r', journal.head ?? undefined);
    expect(findings).to.deep.equal([]);
    expect(events).to.equal(last + 2);
    expect(provenTo).to.equal(last + 1);
    expect((await readdir(join(storeFolder(), 'journals', 'r'))).every((name) => /^\d{9}\.json$/.test(name))).to.equal(
      true,
    );
  });

  describe('fault 70: proof of death', () => {
    before(function () {
      if (process.platform !== 'linux') this.skip();
    });

    const holder = async (changes: object = {}) => ({
      run: 'r',
      by: 'ada',
      since: '2026-01-01T00:00:00Z',
      ...(await thisProcess()),
      ...changes,
    });

    it('is none for a process that runs', async () => {
      expect(await processLiveness(await holder())).to.equal('alive');
    });

    it('is there when no process has the number', async () => {
      const gone = await execa(process.execPath, ['-e', 'console.log(process.pid)']);
      expect(await processLiveness(await holder({ process: Number(gone.stdout) }))).to.equal('dead');
    });

    it('is there when another process has the number by now', async () => {
      const { started } = await thisProcess();
      const earlier = started?.replace(/\d+$/, '1');
      expect(await processLiveness(await holder({ started: earlier }))).to.equal('dead');
    });

    it('is never there for another machine, another boot, another container, or a record that says too little', async () => {
      const { started = '' } = await thisProcess();
      const { started: _omitted, ...without } = await holder({ process: 1 });
      for (const doubtful of [
        await holder({ host: `not-${hostname()}`, process: 999_999_999 }),
        await holder({ started: `another-boot/${started.split('/').slice(1).join('/')}`, process: 999_999_999 }),
        await holder({ started: started.replace(/pid:\[\d+\]/, 'pid:[1]'), process: 999_999_999 }),
        without,
      ]) {
        expect(await processLiveness(doubtful)).to.equal('unknown');
      }
    });
  });
});

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
