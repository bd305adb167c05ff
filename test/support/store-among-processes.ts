import { expect } from 'chai';
import { join } from 'node:path';
import { systemClock } from '../../cli/run/system-clock.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { readLease } from '../../journal/lease.js';
import type { Store } from '../../journal/store.js';
import { verifyJournal } from '../../journal/verify.js';
import { bundle } from './bundle.js';
import { Child } from './child.js';
import type { OpenedStore } from './open-store-of-child.js';
import { noted, openJournal, planned, somePlan } from './stored-journal.js';
import { temporaryFolder } from './temporary-folder.js';

export interface SharedStore {
  readonly store: Store;
  /** The same, for children. */
  readonly opened: OpenedStore;
}

/** What a store must do for processes that share it. `open` gives one that is empty. */
export function storeAmongProcesses(open: () => SharedStore): void {
  const folder = temporaryFolder();
  const children: Child[] = [];
  let store: Store;
  let opened: string;

  beforeEach(() => {
    const shared = open();
    store = shared.store;
    opened = JSON.stringify(shared.opened);
  });
  afterEach(() => Promise.all(children.splice(0).map((child) => child.end())));

  const start = async (script: string, ...parts: string[]): Promise<Child> => {
    const file = await bundle(new URL(script, import.meta.url), join(folder.path, script.replace('.ts', '.mjs')));
    const child = new Child(file, [opened, ...parts]);
    children.push(child);
    return child;
  };

  for (const [processes, each] of [
    [2, 1],
    [10, 5],
  ] as const) {
    it(`fault 12: gives the lease to one of ${processes * each} contenders in ${processes} processes, then to the next`, async () => {
      const all: Child[] = [];
      for (let number = 0; number < processes; number += 1) {
        const runs = Array.from({ length: each }, (_, contender) => `r${number}-${contender}`);
        all.push(await start('lease-child.ts', runs.join(',')));
      }
      const said = await Promise.all(
        all.flatMap((child) => Array.from({ length: each }, async () => ({ child, line: await child.next() }))),
      );
      const won = said.filter(({ line }) => isRecord(line) && 'token' in line);
      expect(won.map(({ line }) => line)).to.deep.equal([{ token: 1 }]);
      const lost = said.filter((outcome) => outcome !== won[0]);
      expect(lost.map(({ line }) => line)).to.deep.equal(lost.map(() => ({ code: 'lease-held' })));
      won[0]?.child.tell('release');
      expect(await won[0]?.child.next()).to.deep.equal({ released: 'released' });
      const next = await start('lease-child.ts', 'next');
      expect(await next.next()).to.deep.equal({ token: 2 });
    });
  }

  it('fault 13: fences a process that was stopped, taken over and woken', async () => {
    const holder = await start('lease-child.ts', 'r1', '500');
    expect(await holder.next()).to.deep.equal({ token: 1 });
    holder.tell('check');
    expect(await holder.next()).to.deep.equal({ checked: 1 });
    holder.signal('SIGSTOP');
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
    const holder = await start('lease-child.ts', 'r1', '600000');
    expect(await holder.next()).to.deep.equal({ token: 1 });
    await holder.end();
    const keeper = await acquireLease(store, { environment: 'local', run: 'r2', by: 'grace', clock: systemClock });
    expect(keeper.token).to.equal(2);
    await keeper.release();
  });

  it('fault 1: loses no line that was said to be durable when a writer is killed among hundreds, and goes on', async () => {
    await (await openJournal(store)).append(planned(await somePlan()));
    const writer = await start('append-child.ts', 'r');
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
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
