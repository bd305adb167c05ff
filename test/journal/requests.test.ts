import { expect } from 'chai';
import { IntegrityError } from '../../contract/errors.js';
import type { Request } from '../../contract/lease.js';
import { answerRequest, followRequest, makeRequest, requestFor, takeRequest } from '../../journal/requests.js';
import { MemoryStore } from '../support/memory-store.js';
import { rejection } from '../support/rejection.js';

const now = new Date('2026-01-01T00:00:00Z');

function request(changes: Partial<Request> = {}): Request {
  return { format: 1, action: 'rollback', run: 'r', by: 'ada', because: 'errors', at: now.toISOString(), ...changes };
}

describe('requests to a run', () => {
  let store: MemoryStore;

  beforeEach(() => {
    store = new MemoryStore();
  });

  it('are none until somebody asks', async () => {
    expect(await requestFor(store, 'local', 'r')).to.equal(undefined);
  });

  it('reach the run that they name and no other', async () => {
    await makeRequest(store, 'local', request());
    expect(await requestFor(store, 'local', 'r')).to.deep.equal({ ...request(), sequence: 0, taken: false });
    expect(await requestFor(store, 'local', 'another')).to.equal(undefined);
    expect(await requestFor(store, 'staging', 'r')).to.equal(undefined);
  });

  it('can be followed from asked over taken to answered', async () => {
    const sequence = await makeRequest(store, 'local', request());
    const follow = () => followRequest(store, 'local', 'r', sequence);
    expect(await follow()).to.deep.equal({ taken: false, answer: undefined });
    const open = await requestFor(store, 'local', 'r');
    await takeRequest(store, 'local', open!, 'grace', now);
    expect(await follow()).to.deep.equal({ taken: true, answer: undefined });
    await answerRequest(store, 'local', open!, 'blue is live again', now);
    expect(await follow()).to.deep.equal({ taken: true, answer: 'blue is live again' });
    expect(await requestFor(store, 'local', 'r')).to.equal(undefined);
  });

  it('are kept apart when several ask at once', async () => {
    const sequences = await Promise.all(
      ['ada', 'eve', 'joan'].map((by) => makeRequest(store, 'local', request({ by }))),
    );
    expect(new Set(sequences).size).to.equal(3);
    const newest = await requestFor(store, 'local', 'r');
    await answerRequest(store, 'local', newest!, 'done', now);
    expect((await requestFor(store, 'local', 'r'))?.sequence).to.equal(1);
  });

  it('are not obeyed when they are no requests', async () => {
    await store.append('requests/local/r', 0, '{"format":1,"kind":"asked","request":{"action":"delete"}}');
    expect(await rejection(requestFor(store, 'local', 'r'))).to.be.instanceOf(IntegrityError);
  });
});
