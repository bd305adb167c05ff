import { expect } from 'chai';
import { canonicalJson, digestOf } from '../../contract/json.js';
import { StoreError } from '../../contract/errors.js';
import { verifyJournal } from '../../journal/verify.js';
import { noted, openJournal, planned, someJournal, somePlan } from '../support/stored-journal.js';
import { MemoryStore } from '../support/memory-store.js';
import { rejection } from '../support/rejection.js';

describe('fault 67: verification of a journal', () => {
  let store: MemoryStore;

  beforeEach(() => {
    store = new MemoryStore();
  });

  const findings = async () => (await verifyJournal(store, 'r', undefined)).findings;
  const copy = async (length: number, sequences = Array.from({ length }, (_, sequence) => sequence)) => {
    const original = new MemoryStore();
    await someJournal(original, 5);
    const { records } = await original.read('journals/r');
    for (const sequence of sequences) await store.append('journals/r', sequence, records[sequence]?.text ?? '');
  };

  it('finds nothing wrong with a whole journal, and says that its tail is not provable', async () => {
    const journal = await someJournal(store, 5);
    const verification = await verifyJournal(store, 'r', undefined);
    expect(verification).to.deep.equal({
      run: 'r',
      events: 6,
      head: journal.head,
      findings: [],
      provenTo: undefined,
      torn: undefined,
    });
  });

  it('proves the tail by an anchor, up to where the anchor reaches', async () => {
    const journal = await someJournal(store, 5);
    expect(await verifyJournal(store, 'r', journal.head ?? undefined)).to.deep.include({ findings: [], provenTo: 5 });
    const { records } = await store.read('journals/r');
    const earlier = { run: 'r', sequence: 3, hash: digestOf(records[3]?.text ?? '') };
    expect(await verifyJournal(store, 'r', earlier)).to.deep.include({ findings: [], provenTo: 3 });
  });

  for (const sequence of [0, 1, 3]) {
    it(`points at event ${sequence} when one byte of its text was flipped`, async () => {
      await someJournal(store, 5);
      store.alter('journals/r', sequence, (text) => text.replace('"by":"ada"', '"by":"adb"'));
      expect((await findings()).map((finding) => finding.sequence)).to.deep.equal([sequence]);
    });
  }

  it('points at the event whose link was touched, not at the one before', async () => {
    await someJournal(store, 5);
    store.alter('journals/r', 3, (text) =>
      text.replace(/"previous":"sha256:(.)/, (_, digit) => `"previous":"sha256:${digit === 'f' ? '0' : 'f'}`),
    );
    expect((await findings()).map(({ sequence }) => sequence)).to.deep.equal([3]);
  });

  it('points at the first event when its empty link was touched', async () => {
    await someJournal(store, 5);
    store.alter('journals/r', 0, (text) => text.replace('"previous":"sha256:0', '"previous":"sha256:1'));
    expect((await findings())[0]?.sequence).to.equal(0);
  });

  it('points at an event that is no longer one', async () => {
    await someJournal(store, 5);
    store.alter('journals/r', 2, (text) => text.replace('{', '['));
    expect(await findings()).to.deep.equal([{ sequence: 2, says: 'altered: no longer an event' }]);
  });

  it('finds every altered event, not only the first', async () => {
    await someJournal(store, 5);
    for (const sequence of [1, 4]) store.alter('journals/r', sequence, (text) => text.replace('ada', 'eve'));
    expect((await findings()).map(({ sequence }) => sequence)).to.deep.equal([1, 4]);
  });

  it('misses events in the middle', async () => {
    await copy(0, [0, 1, 4, 5]);
    expect(await findings()).to.deep.equal([{ sequence: 2, says: 'missing, with all up to 3' }]);
  });

  it('misses the beginning', async () => {
    await copy(0, [1, 2]);
    expect(await findings()).to.deep.equal([{ sequence: 0, says: 'missing' }]);
  });

  it('misses a tail that the anchor has seen', async () => {
    const whole = new MemoryStore();
    const journal = await someJournal(whole, 5);
    await copy(4);
    const { findings: found, provenTo } = await verifyJournal(store, 'r', journal.head ?? undefined);
    expect(found).to.deep.equal([{ sequence: 4, says: 'missing: the lease was shown 6 events, here are 4' }]);
    expect(provenTo).to.equal(undefined);
  });

  it('notices a tail that was written anew, with hashes that fit', async () => {
    const journal = await someJournal(store, 5);
    const anchor = journal.head ?? undefined;
    const forged = new MemoryStore();
    await copyTo(forged, 4);
    const other = await openJournal(forged);
    for (const message of ['forged', 'too']) await other.append(noted(message));
    expect((await verifyJournal(forged, 'r', undefined)).findings).to.deep.equal([]);
    expect((await verifyJournal(forged, 'r', anchor)).findings).to.deep.equal([
      { sequence: 5, says: 'altered: the lease was shown another event' },
    ]);
  });

  it('notices a line of another run, and one that a fenced process wrote', async () => {
    await someJournal(store, 0, 'other');
    const { records } = await store.read('journals/other');
    await store.append('journals/r', 0, records[0]?.text ?? '');
    expect(await findings()).to.deep.equal([{ sequence: 0, says: 'belongs to run other' }]);

    const late = new MemoryStore();
    const journal = await openJournal(late, { token: 9 });
    await journal.append(planned(await somePlan()));
    await (await openJournal(late, { token: 3 })).append(noted('late'));
    const verification = await verifyJournal(late, 'r', undefined);
    expect(verification.findings).to.deep.equal([
      { sequence: 1, says: 'token 3 after token 9: a fenced process wrote it' },
    ]);
  });

  it('fault 49: notices a plan that is not the approved one, also when every hash after it was made anew', async () => {
    const plan = await somePlan();
    const approved = planned(plan);
    const journal = await openJournal(store);
    await journal.append({ ...approved, plan: { ...plan, because: 'another reason' } } as typeof approved);
    expect(await findings()).to.deep.equal([
      { sequence: 0, says: 'the plan does not have the hash that was approved' },
    ]);
  });

  it('refuses to judge a format that it does not know', async () => {
    await store.append('journals/r', 0, canonicalJson({ format: 2, anything: true }));
    expect(await rejection(verifyJournal(store, 'r', undefined))).to.be.instanceOf(StoreError);
  });

  async function copyTo(target: MemoryStore, length: number): Promise<void> {
    const { records } = await store.read('journals/r');
    for (const { sequence, text } of records.slice(0, length)) await target.append('journals/r', sequence, text);
  }
});
