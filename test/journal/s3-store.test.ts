import { expect } from 'chai';
import { StoreError } from '../../contract/errors.js';
import { readHistory } from '../../journal/history.js';
import { newRunId } from '../../journal/run-id.js';
import type { S3Place } from '../../journal/s3-bucket.js';
import { S3Store } from '../../journal/s3-store.js';
import { StoredQuarantine } from '../../journal/stored-quarantine.js';
import { FakeClock } from '../support/fake-clock.js';
import { startFaultProxy, type Fault, type FaultProxy } from '../support/fault-proxy.js';
import { makeMotoBucket } from '../support/moto-bucket.js';
import { motoCredentials, startMotoOrSkip, type Moto } from '../support/moto-server.js';
import { rejection } from '../support/rejection.js';
import { storeConformance } from '../support/store-conformance.js';
import { noted, openJournal, someJournal } from '../support/stored-journal.js';

describe('S3 store', function () {
  this.timeout(30_000);
  let moto: Moto;
  let place: (prefix: string, endpoint?: string) => S3Place;
  let stores = 0;
  const open = (changes: Partial<S3Place> = {}): S3Store => {
    stores += 1;
    return new S3Store({ ...place(`store-${stores}`), ...changes });
  };

  before(async function () {
    this.timeout(400_000);
    Object.assign(process.env, motoCredentials);
    moto = await startMotoOrSkip(this);
    place = await makeMotoBucket(moto.url);
  });
  after(() => (moto as Moto | undefined)?.stop());

  storeConformance(() => Promise.resolve(open()));

  it('says where it is', () => {
    expect(open({ bucket: 'a-bucket', prefix: '' }).place).to.equal('s3://a-bucket');
    expect(open({ bucket: 'a-bucket', prefix: 'releases' }).place).to.equal('s3://a-bucket/releases');
  });

  it('says what to do about a bucket that does not exist', async () => {
    const error = await rejection(open({ bucket: 'no-such-bucket' }).append('journals/r', 0, 'text'), StoreError);
    expect(error.message).to.match(
      /^cannot write s3:\/\/no-such-bucket\/store-\d+\/journals\/r\/000000000.json: there is no/,
    );
    expect(error.hint).to.contain('make it first');
    expect(error.retryable).to.equal(false);
  });

  it('says that nothing answers, and that it may pass', async () => {
    const error = await rejection(open({ endpoint: 'http://127.0.0.1:9' }).last('journals/r'), StoreError);
    expect(error.message).to.contain("S3 can't be reached (ECONNREFUSED)");
    expect(error.retryable).to.equal(true);
  });

  describe('what befalls calls on their way', () => {
    let proxy: FaultProxy;
    let store: S3Store;
    /** Beside the proxy: what is really there. */
    let direct: S3Store;
    beforeEach(async () => {
      proxy = await startFaultProxy(moto.url);
      direct = open();
      store = new S3Store(place(`store-${stores}`, proxy.url));
    });
    afterEach(() => proxy.stop());

    const text = async (): Promise<string | undefined> => (await direct.read('journals/r')).records[0]?.text;

    it('an append is one request, and so is looking at the end of a stream', async () => {
      const journal = await someJournal(store, 3);
      proxy.calls.length = 0;
      await journal.append(noted('one more'));
      expect(proxy.calls).to.deep.equal(['PutObject']);
      await store.last('journals/r');
      expect(proxy.calls).to.deep.equal(['PutObject', 'ListObjectsV2']);
    });

    it('the newest runs of many are found by one list, and a run is read by one list and a request a line', async () => {
      const runs = [1, 2, 3].map((daysAgo) => newRunId('local', new Date(Date.now() - daysAgo * 86_400_000)));
      for (const run of runs) await someJournal(direct, 4, run);
      const history = await readHistory(store, 'local', 2);
      expect(history.map(({ run }) => run)).to.deep.equal(runs.slice(0, 2));
      const asked = (action: string) => proxy.calls.filter((call) => call === action).length;
      expect([asked('ListObjectsV2'), asked('GetObject'), proxy.calls.length]).to.deep.equal([1 + 2, 2 * 5, 13]);
    });

    it('fault 31: throttling and errors of S3 are outlasted', async () => {
      proxy.befall('PutObject', { kind: 'throttled' });
      proxy.befall('PutObject', { kind: 'server-error' });
      expect(await store.append('journals/r', 0, 'text')).to.equal('appended');
      proxy.befall('ListObjectsV2', { kind: 'throttled' });
      proxy.befall('GetObject', { kind: 'server-error' });
      expect((await store.read('journals/r')).records).to.have.length(1);
    });

    it('fault 32: takes a record for its own when it was written and the reply was lost', async () => {
      proxy.befall('PutObject', { kind: 'reply-lost' });
      expect(await store.append('journals/r', 0, 'text')).to.equal('appended');
      expect(proxy.calls).to.deep.equal(['PutObject', 'PutObject', 'GetObject']);
      expect(await text()).to.equal('text');
    });

    it("does not take another's record for its own, even with the same words", async () => {
      await direct.append('journals/r', 0, 'text');
      proxy.befall('PutObject', { kind: 'server-error' });
      expect(await store.append('journals/r', 0, 'text')).to.equal('exists');
    });

    it('fault 32: never brings back what another process has replaced since its own reply was lost', async () => {
      await store.put('outputs/local.json', 'first');
      proxy.befall('PutObject', { kind: 'reply-lost' });
      proxy.befall('PutObject', { kind: 'delayed', milliseconds: 700 });
      const late = store.put('outputs/local.json', 'second');
      while (proxy.calls.filter((call) => call === 'PutObject').length < 3) await new Promise(setImmediate);
      await direct.put('outputs/local.json', 'third');
      await late;
      expect(await direct.get('outputs/local.json')).to.equal('third');
    });

    it('goes on when S3 is busy with another write to the same key', async () => {
      proxy.befall('PutObject', { kind: 'refused', status: 409, code: 'ConditionalRequestConflict' }, 2);
      expect(await store.append('journals/r', 0, 'text')).to.equal('appended');
      expect(proxy.calls).to.deep.equal(['PutObject', 'PutObject', 'PutObject']);
    });

    it("goes on by AWS's clock when this machine's is wrong", async () => {
      const date = new Date(Date.now() + 3_600_000);
      proxy.befall('PutObject', { kind: 'refused', status: 403, code: 'RequestTimeTooSkewed', date });
      expect(await store.append('journals/r', 0, 'text')).to.equal('appended');
      expect(proxy.calls).to.deep.equal(['PutObject', 'PutObject']);
    });

    it('asks for credentials anew when they have expired, and says so when that does not help', async () => {
      proxy.befall('PutObject', { kind: 'expired' });
      expect(await store.append('journals/r', 0, 'text')).to.equal('appended');
      proxy.befall('PutObject', { kind: 'expired' }, 100);
      const error = await rejection(store.append('journals/r', 1, 'text'), StoreError);
      expect(error.message).to.contain('the credentials have expired');
      expect(error.hint).to.contain('sign in again');
      expect(error.retryable).to.equal(true);
    });

    const failures: readonly [string, Fault, { says: string; retryable: boolean }][] = [
      ['an S3 that is down', { kind: 'server-error' }, { says: 'trouble of its own', retryable: true }],
      ['a permission that is missing', { kind: 'denied' }, { says: 'access denied', retryable: false }],
      [
        'a key that is disabled',
        { kind: 'refused', status: 400, code: 'KMS.DisabledException' },
        { says: "its key can't be used", retryable: false },
      ],
      [
        'a store that knows no conditions',
        { kind: 'refused', status: 501, code: 'NotImplemented' },
        { says: 'conditional writes', retryable: false },
      ],
    ];
    for (const [what, fault, { says, retryable }] of failures) {
      it(`reports ${what} as something that ${retryable ? 'may pass' : 'stays'}, and has written nothing`, async () => {
        proxy.befall('PutObject', fault, 100);
        const error = await rejection(store.append('journals/r', 0, 'text'), StoreError);
        expect(error.message).to.contain(says);
        expect(error.hint).to.be.a('string');
        expect(error.retryable).to.equal(retryable);
        expect(await text()).to.equal(undefined);
      });
    }

    it('writes no event twice when the store failed after it was written, and the caller tries again', async () => {
      const journal = await someJournal(store, 1);
      proxy.befall('PutObject', { kind: 'reply-lost' });
      proxy.befall('PutObject', { kind: 'denied' }, 100);
      expect(await rejection(journal.append(noted('again')), StoreError)).to.be.instanceOf(StoreError);
      proxy.calm();
      await journal.append(noted('again'));
      const events = (await openJournal(direct, { token: 2 })).events;
      expect(events.map(({ body }) => (body.kind === 'noted' ? body.message : body.kind))).to.deep.equal([
        'planned',
        'note 1',
        'again',
      ]);
    });

    it('loses nothing to a list that is behind', async () => {
      const quarantine = (through: S3Store) => new StoredQuarantine(through, new FakeClock(), 'ada');
      const digest = (mark: string) => `sha256:${mark.repeat(64)}`;
      await quarantine(direct).add({ digest: digest('a'), because: 'bad', run: 'r1' });
      const before = await fetch(
        `${moto.url}/${place('').bucket}?list-type=2&delimiter=/&prefix=store-${stores}/quarantine/`,
      );
      const stale = await before.text();
      await quarantine(direct).add({ digest: digest('b'), because: 'bad', run: 'r2' });
      proxy.befall('ListObjectsV2', { kind: 'answered', body: () => stale }, 2);
      await quarantine(store).add({ digest: digest('c'), because: 'bad', run: 'r3' });
      const kept = (await quarantine(direct).list()).map(({ run }) => run);
      expect(kept).to.deep.equal(['r1', 'r2', 'r3']);
    });
  });
});
