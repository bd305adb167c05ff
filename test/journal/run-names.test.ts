import { expect } from 'chai';
import { newRunId } from '../../journal/run-id.js';
import { runNames } from '../../journal/run-names.js';
import type { ListedNames } from '../../journal/store.js';
import { MemoryStore } from '../support/memory-store.js';

const day = 86_400_000;

/** Notes what it is asked to list. */
class AskedStore extends MemoryStore {
  readonly asked: (ListedNames | undefined)[] = [];

  override list(folder: string, wanted?: ListedNames): Promise<readonly string[]> {
    this.asked.push(wanted);
    return super.list(folder, wanted);
  }
}

describe('runNames', () => {
  let store: AskedStore;
  const add = async (environment: string, daysAgo: number): Promise<string> => {
    const run = newRunId(environment, new Date(Date.now() - daysAgo * day));
    await store.append(`journals/${run}`, 0, 'text');
    return run;
  };
  const take = async (count: number): Promise<string[]> => {
    const found: string[] = [];
    for await (const run of runNames(store, 'production')) {
      found.push(run);
      if (found.length === count) break;
    }
    return found;
  };

  beforeEach(() => {
    store = new AskedStore();
  });

  it('lists the last month alone while that is enough', async () => {
    const [old, recent, newest] = [
      await add('production', 400),
      await add('production', 20),
      await add('production', 1),
    ];
    expect(await take(2)).to.deep.equal([newest, recent]);
    expect(store.asked).to.have.length(1);
    expect(store.asked[0]?.after).to.match(/^production-\d{8}t\d{6}z$/);
    expect(await take(3)).to.deep.equal([newest, recent, old]);
  });

  it('leaves out the runs of environments whose names go on differently', async () => {
    const own = await add('production', 2);
    await add('production-eu', 1);
    await add('production-2nd', 1);
    await add('staging', 1);
    expect(await take(9)).to.deep.equal([own]);
  });

  it('gives every run, also from a clock that was ahead or far behind', async () => {
    const runs = [await add('production', -4_000), await add('production', 3), await add('production', 9_000)];
    expect(await take(9)).to.deep.equal(runs);
  });
});
