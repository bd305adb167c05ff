import { expect } from 'chai';
import { digestOf } from '../../contract/json.js';
import { StoredQuarantine } from '../../journal/stored-quarantine.js';
import { ManualClock } from '../support/manual-clock.js';
import { MemoryStore } from '../support/memory-store.js';

describe('quarantine', () => {
  const bad = digestOf('bad');
  let quarantine: StoredQuarantine;
  let store: MemoryStore;

  beforeEach(() => {
    store = new MemoryStore();
    quarantine = new StoredQuarantine(store, new ManualClock(), 'ada');
  });

  it('lists what was rolled back, why, by which run and whom', async () => {
    await quarantine.add({ digest: bad, because: 'errors', run: 'r1' });
    expect(await quarantine.list()).to.deep.equal([
      {
        format: 1,
        kind: 'quarantined',
        digest: bad,
        because: 'errors',
        run: 'r1',
        by: 'ada',
        at: '2026-01-01T00:00:00.000Z',
      },
    ]);
  });

  it('no longer lists what somebody has allowed, and keeps the reason on record', async () => {
    await quarantine.add({ digest: bad, because: 'errors', run: 'r1' });
    await quarantine.allow(bad, 'the errors came from the network');
    expect(await quarantine.list()).to.deep.equal([]);
    expect((await store.read('quarantine')).records.at(-1)?.text).to.contain('the errors came from the network');
  });

  it('lists it again when it is rolled back again', async () => {
    await quarantine.add({ digest: bad, because: 'errors', run: 'r1' });
    await quarantine.allow(bad, 'a try');
    await quarantine.add({ digest: bad, because: 'errors again', run: 'r2' });
    expect((await quarantine.list()).map(({ because }) => because)).to.deep.equal(['errors again']);
  });

  it('writes one line when a resumed run quarantines again', async () => {
    for (let time = 0; time < 3; time += 1) await quarantine.add({ digest: bad, because: 'errors', run: 'r1' });
    expect((await store.read('quarantine')).records).to.have.length(1);
  });

  it('loses nothing when several write at once', async () => {
    const digests = Array.from({ length: 12 }, (_, number) => digestOf(`${number}`));
    await Promise.all(digests.map((digest) => quarantine.add({ digest, because: 'errors', run: 'r1' })));
    expect((await quarantine.list()).map(({ digest }) => digest)).to.have.members(digests);
  });
});
