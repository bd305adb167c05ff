import { expect } from 'chai';
import { StoreError } from '../../contract/errors.js';
import type { Store } from '../../journal/store.js';
import { rejection } from './rejection.js';

/** What every store must do, whatever it is made of. */
export function storeConformance(open: () => Promise<Store>): void {
  it('gives back what was appended, by sequence', async () => {
    const store = await open();
    for (const sequence of [2, 0, 1]) await store.append('journals/r', sequence, `text ${sequence}`);
    const { records, torn } = await store.read('journals/r');
    expect(records).to.deep.equal([0, 1, 2].map((sequence) => ({ sequence, text: `text ${sequence}` })));
    expect(torn).to.equal(undefined);
    expect((await store.read('journals/r', 2)).records.map(({ sequence }) => sequence)).to.deep.equal([2]);
  });

  it('keeps the first text of a sequence', async () => {
    const store = await open();
    expect(await store.append('journals/r', 0, 'first')).to.equal('appended');
    expect(await store.append('journals/r', 0, 'second')).to.equal('exists');
    expect((await store.read('journals/r')).records).to.deep.equal([{ sequence: 0, text: 'first' }]);
  });

  it('lets exactly one of many writers have a sequence', async () => {
    const store = await open();
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, writer) => store.append('leases/local', 7, `writer ${writer}`)),
    );
    expect(outcomes.filter((outcome) => outcome === 'appended')).to.have.length(1);
    const winner = outcomes.indexOf('appended');
    expect((await store.read('leases/local')).records).to.deep.equal([{ sequence: 7, text: `writer ${winner}` }]);
  });

  it('knows the last sequence beyond nine of them, and none of an empty stream', async () => {
    const store = await open();
    expect(await store.last('journals/none')).to.equal(undefined);
    expect((await store.read('journals/none')).records).to.deep.equal([]);
    for (const sequence of [9, 10, 2]) await store.append('journals/r', sequence, 'text');
    expect(await store.last('journals/r')).to.equal(10);
  });

  it('removes one record, and shrugs when it is gone', async () => {
    const store = await open();
    for (const sequence of [0, 1]) await store.append('leases/local', sequence, 'text');
    await store.remove('leases/local', 0);
    await store.remove('leases/local', 0);
    expect((await store.read('leases/local')).records.map(({ sequence }) => sequence)).to.deep.equal([1]);
  });

  it('lists what is directly below a name, sorted', async () => {
    const store = await open();
    for (const run of ['b', 'a']) await store.append(`journals/${run}`, 0, 'text');
    await store.putOnce('releases/1.0.0.json', '{}');
    expect(await store.list('journals')).to.deep.equal(['a', 'b']);
    expect(await store.list('releases')).to.deep.equal(['1.0.0.json']);
    expect(await store.list('quarantine')).to.deep.equal([]);
  });

  it('lists of many names those that begin as asked and come after another', async () => {
    const store = await open();
    for (const run of ['a-1', 'b-1', 'b-2', 'b-21', 'b-3', 'c-1']) await store.append(`journals/${run}`, 0, 'text');
    expect(await store.list('journals', { prefix: 'b-' })).to.deep.equal(['b-1', 'b-2', 'b-21', 'b-3']);
    expect(await store.list('journals', { prefix: 'b-', after: 'b-2' })).to.deep.equal(['b-21', 'b-3']);
    expect(await store.list('journals', { after: 'b-3' })).to.deep.equal(['c-1']);
    expect(await store.list('journals', { prefix: 'b-', after: 'b-9' })).to.deep.equal([]);
  });

  it('writes a key once, also when two try', async () => {
    const store = await open();
    const outcomes = await Promise.all(['one', 'two'].map((text) => store.putOnce('releases/1.0.0.json', text)));
    expect([...outcomes].sort()).to.deep.equal(['exists', 'written']);
    expect(await store.get('releases/1.0.0.json')).to.equal(outcomes[0] === 'written' ? 'one' : 'two');
  });

  it('replaces a key as a whole', async () => {
    const store = await open();
    expect(await store.get('outputs/local.json')).to.equal(undefined);
    await store.put('outputs/local.json', 'a long first text');
    await store.put('outputs/local.json', 'second');
    expect(await store.get('outputs/local.json')).to.equal('second');
  });

  it('keeps text as it is, in any language', async () => {
    const store = await open();
    await store.append('journals/r', 0, '{"text":"Grüße, 世界 \\n"}');
    expect((await store.read('journals/r')).records[0]?.text).to.equal('{"text":"Grüße, 世界 \\n"}');
  });

  for (const name of [
    '../r',
    'journals/../../etc',
    'journals//r',
    '/etc',
    'journals/.hidden',
    'journals/a\0b',
    'journals/a b',
    'a/b/c/d/e',
    '',
  ]) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      const store = await open();
      expect(await rejection(store.append(name, 0, 'text'))).to.be.instanceOf(StoreError);
      expect(await rejection(store.get(name))).to.be.instanceOf(StoreError);
      expect(await rejection(store.put(name, 'text'))).to.be.instanceOf(StoreError);
    });
  }

  it('refuses a sequence that is none', async () => {
    const store = await open();
    for (const sequence of [-1, 0.5, 1_000_000_000]) {
      expect(await rejection(store.append('journals/r', sequence, 'text'))).to.be.instanceOf(StoreError);
    }
  });
}
