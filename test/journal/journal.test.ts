import { expect } from 'chai';
import { FencedError, IntegrityError, RefusedError, StoreError } from '../../contract/errors.js';
import type { EventBody } from '../../contract/event.js';
import { digestOf } from '../../contract/json.js';
import { readJournal } from '../../journal/read-journal.js';
import { noted, openJournal, planned, someJournal, somePlan } from '../support/stored-journal.js';
import { MemoryStore } from '../support/memory-store.js';
import { rejection } from '../support/rejection.js';

describe('journal', () => {
  let store: MemoryStore;

  beforeEach(() => {
    store = new MemoryStore();
  });

  const messages = async (run = 'r') =>
    (await readJournal(store, run)).events.map(({ body }) => (body.kind === 'noted' ? body.message : body.kind));
  const lines = async () => (await store.read('journals/r')).records.map(({ text }) => text);

  it('is read back as it was written, with its plan at the beginning', async () => {
    const plan = await somePlan();
    const journal = await openJournal(store);
    await journal.append(planned(plan));
    await journal.append({ kind: 'began', step: 'shift-10' });
    const { events, head } = await readJournal(store, 'r');
    expect(events).to.deep.equal(journal.events);
    expect(events[0]?.body).to.deep.include({ kind: 'planned', plan });
    expect(head).to.deep.equal(journal.head);
  });

  it('hashes each line into the next, and begins with zeros', async () => {
    await someJournal(store, 2);
    const { events, head } = await readJournal(store, 'r');
    const texts = await lines();
    expect(events.map(({ previous }) => previous)).to.deep.equal([
      `sha256:${'0'.repeat(64)}`,
      digestOf(texts[0] ?? ''),
      digestOf(texts[1] ?? ''),
    ]);
    expect(head.hash).to.equal(digestOf(texts[2] ?? ''));
  });

  it('keeps the order of calls that nobody waited for', async () => {
    const journal = await someJournal(store, 0);
    await Promise.all(['a', 'b', 'c', 'd'].map((message) => journal.append(noted(message))));
    expect(await messages()).to.deep.equal(['planned', 'a', 'b', 'c', 'd']);
  });

  it('goes on with what another process has written, under its own token', async () => {
    await someJournal(store, 1);
    const journal = await openJournal(store, { token: 5, by: 'grace' });
    await journal.append(noted('later'));
    const last = (await readJournal(store, 'r')).events.at(-1);
    expect(last).to.deep.include({ sequence: 2, token: 5, by: 'grace' });
  });

  it('can be tried again after the store failed', async () => {
    const journal = await someJournal(store, 0);
    store.failNextAppend();
    expect(await rejection(journal.append(noted('a')))).to.be.instanceOf(StoreError);
    await journal.append(noted('a'));
    expect(await messages()).to.deep.equal(['planned', 'a']);
  });

  it('fault 32: writes no line twice when only the answer was lost', async () => {
    const journal = await someJournal(store, 0);
    store.failNextAppend({ afterwards: true });
    await rejection(journal.append(noted('a')));
    await journal.append(noted('a'));
    await journal.append(noted('b'));
    expect(await messages()).to.deep.equal(['planned', 'a', 'b']);
  });

  it('recognises a lost line also when it was given up for another one', async () => {
    const journal = await someJournal(store, 0);
    store.failNextAppend({ afterwards: true });
    await rejection(journal.append(noted('a')));
    store.failNextAppend();
    await rejection(journal.append(noted('b')));
    await journal.append(noted('c'));
    expect(await messages()).to.deep.equal(['planned', 'a', 'c']);
  });

  it('fault 13: is fenced for ever once another process has written the next line', async () => {
    const asleep = await someJournal(store, 0);
    const awake = await openJournal(store, { token: 2 });
    await awake.append(noted('by the second'));
    expect(await rejection(asleep.append(noted('by the first')))).to.be.instanceOf(FencedError);
    const tries = store.appends.length;
    expect(await rejection(asleep.append(noted('by the first')))).to.be.instanceOf(FencedError);
    expect(store.appends).to.have.length(tries);
    expect(await messages()).to.deep.equal(['planned', 'by the second']);
  });

  it('is fenced also when the other process said the very same', async () => {
    const asleep = await someJournal(store, 0);
    await (await openJournal(store, { token: 2 })).append(noted('the same'));
    expect(await rejection(asleep.append(noted('the same')))).to.be.instanceOf(FencedError);
  });

  it('sets a torn last line aside when it is opened, and says which', async () => {
    await someJournal(store, 2);
    store.tear('journals/r', 2);
    expect(await readJournal(store, 'r')).to.deep.include({ torn: 2 });
    const journal = await openJournal(store);
    expect(journal.torn).to.equal(2);
    await journal.append(noted('again'));
    expect(await messages()).to.deep.equal(['planned', 'note 1', 'again']);
  });

  it('refuses to go on with a broken chain, and says where it is broken', async () => {
    await someJournal(store, 3);
    store.alter('journals/r', 1, (text) => text.replace('note 1', 'note X'));
    const error = await rejection(openJournal(store));
    expect(error).to.be.instanceOf(IntegrityError);
    expect(error.message).to.contain('run r, event 1');
  });

  it('fault 51: names the format that it cannot read, and what to do', async () => {
    await someJournal(store, 1);
    store.alter('journals/r', 1, (text) => text.replace('"format":1', '"format":7'));
    const error = await rejection(readJournal(store, 'r'), StoreError);
    expect(error).to.be.instanceOf(StoreError);
    expect(error.message).to.contain('run r, event 1 is written in format 7').and.to.contain('reads format 1');
    expect(error.hint).to.contain('the version of Crossfade that wrote it');
  });

  it('says that there is no such run', async () => {
    expect(await rejection(readJournal(store, 'none'))).to.be.instanceOf(RefusedError);
  });

  it('redacts what it writes, and refuses a plan with a secret in it before anything is written', async () => {
    const redact = (body: EventBody): EventBody =>
      JSON.parse(JSON.stringify(body).replaceAll('swordfish', '***')) as EventBody;
    const journal = await openJournal(store, { redact });
    const plan = await somePlan({ because: 'the password is swordfish' });
    expect(await rejection(journal.append(planned(plan)))).to.be.instanceOf(RefusedError);
    expect(store.appends).to.deep.equal([]);
    await journal.append(planned(await somePlan()));
    await journal.append(noted('swordfish'));
    expect((await lines()).join()).to.not.contain('swordfish');
    expect(await messages()).to.deep.equal(['planned', '***']);
  });

  it('refuses what a reader could not read back, as the bug that it is', async () => {
    const journal = await someJournal(store, 0);
    const nonsense = { kind: 'noted', message: 1, evidence: {} } as unknown as EventBody;
    expect(await rejection(journal.append(nonsense))).to.not.be.instanceOf(StoreError);
    expect(await messages()).to.deep.equal(['planned']);
  });
});
