import { execa } from 'execa';
import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteObjectCommand, HeadObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { StoreError } from '../../../contract/errors.js';
import type { S3Place } from '../../../journal/s3-bucket.js';
import { S3Store } from '../../../journal/s3-store.js';
import { verifyJournal } from '../../../journal/verify.js';
import { findEngine } from '../../../platforms/pulumi/find-engine.js';
import { bundle } from '../../support/bundle.js';
import { Child } from '../../support/child.js';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.js';
import { makeMotoBucket } from '../../support/moto-bucket.js';
import { motoCredentials, startMoto, type Moto } from '../../support/moto-server.js';
import { rejection } from '../../support/rejection.js';
import { storeAmongProcesses } from '../../support/store-among-processes.js';
import { noted, openJournal, planned, somePlan } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { restoreEnvironment } from '../../support/restore-environment.js';

Object.assign(process.env, motoCredentials);

describe('a store in S3, in moto', function () {
  this.timeout(90_000);
  const folder = temporaryFolder();
  let moto: Moto;
  let client: S3Client;
  let place: (prefix: string, endpoint?: string) => S3Place;
  let prefixes = 0;
  const newPrefix = (): string => {
    prefixes += 1;
    return `store-${prefixes}`;
  };

  before(async function () {
    this.timeout(400_000);
    moto = await startMoto();
    place = await makeMotoBucket(moto.url);
    client = new S3Client({ region: 'eu-central-1', endpoint: moto.url, forcePathStyle: true });
  });
  after(async () => {
    client.destroy();
    await moto.stop();
  });

  describe('among processes', () => {
    storeAmongProcesses(() => {
      const bucket = place(newPrefix());
      return { store: new S3Store(bucket), opened: { bucket } };
    });
  });

  describe('a writer that is killed', () => {
    let proxy: FaultProxy;
    let child: Child | undefined;
    beforeEach(async () => {
      proxy = await startFaultProxy(moto.url);
    });
    afterEach(async () => {
      await child?.end();
      await proxy.stop();
    });

    for (const [when, fault, more] of [
      ['between its write and the reply', { kind: 'reply-held' }, 1],
      ['before its write was carried out', { kind: 'delayed', milliseconds: 3_600_000 }, 0],
    ] as const) {
      it(`fault 1: ${when} loses no line that was said to be durable, and the next process goes on`, async () => {
        const prefix = newPrefix();
        const store = new S3Store(place(prefix));
        await (await openJournal(store)).append(planned(await somePlan()));
        const file = await bundle(
          new URL('../../support/append-child.ts', import.meta.url),
          join(folder.path, 'child.mjs'),
        );
        child = new Child(file, [JSON.stringify({ bucket: place(prefix, proxy.url) }), 'r']);
        let durable = 0;
        while (durable < 20) durable = (await child.next()) as number;
        proxy.befall('PutObject', fault, 1);
        const writes = () => proxy.calls.filter((call) => call === 'PutObject').length;
        // The one that is held is the only one that isn't said to be durable.
        while (writes() === durable) {
          const line = await Promise.race([child.next(), new Promise((resolve) => setTimeout(resolve, 500))]);
          if (typeof line === 'number') durable = line;
        }
        child.signal('SIGKILL');
        for (let line = await child.next(); line !== undefined; line = await child.next()) durable = line as number;

        const journal = await openJournal(store, { token: 2 });
        const last = journal.head?.sequence ?? 0;
        expect(last).to.equal(durable + more);
        await journal.append(noted('goes on'));
        const { findings, provenTo } = await verifyJournal(store, 'r', journal.head ?? undefined);
        expect(findings).to.deep.equal([]);
        expect(provenTo).to.equal(last + 1);
      });
    }
  });

  it('outlasts throttling for some seconds, and reports what does not end', async () => {
    const proxy = await startFaultProxy(moto.url);
    try {
      const store = new S3Store(place(newPrefix(), proxy.url));
      proxy.befall('PutObject', { kind: 'throttled' }, 4);
      expect(await store.append('journals/r', 0, 'text')).to.equal('appended');
      proxy.befall('PutObject', { kind: 'throttled' }, 100);
      const error = await rejection(store.append('journals/r', 1, 'text'), StoreError);
      expect(error.message).to.contain('S3 asks to slow down');
      expect(error.retryable).to.equal(true);
    } finally {
      await proxy.stop();
    }
  });

  it('gives a silent S3 ten seconds, well within the term of a lease', async () => {
    const proxy = await startFaultProxy(moto.url);
    try {
      const store = new S3Store(place(newPrefix(), proxy.url));
      proxy.befall('PutObject', { kind: 'delayed', milliseconds: 3_600_000 }, 100);
      const began = performance.now();
      const error = await rejection(store.append('journals/r', 0, 'text'), StoreError);
      expect(performance.now() - began).to.be.within(5_000, 11_000);
      expect(error.message).to.contain('no answer in time');
      expect(error.retryable).to.equal(true);
    } finally {
      await proxy.stop();
    }
  });

  it('signs with fresh credentials after they have expired in the middle of a run', async () => {
    const proxy = await startFaultProxy(moto.url);
    const before = { ...process.env };
    const program = join(folder.path, 'credentials.mjs');
    const count = join(folder.path, 'count');
    await writeFile(
      program,
      `import { appendFileSync, readFileSync } from 'node:fs';
      appendFileSync(${JSON.stringify(count)}, 'x');
      const AccessKeyId = 'KEY' + readFileSync(${JSON.stringify(count)}, 'utf8').length;
      console.log(JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey: 'secret' }));`,
    );
    await writeFile(
      join(folder.path, 'config'),
      `[profile ci]\ncredential_process = "${process.execPath}" "${program}"\n`,
    );
    try {
      delete process.env['AWS_ACCESS_KEY_ID'];
      delete process.env['AWS_SECRET_ACCESS_KEY'];
      Object.assign(process.env, { AWS_PROFILE: 'ci', AWS_CONFIG_FILE: join(folder.path, 'config') });
      const store = new S3Store(place(newPrefix(), proxy.url));
      await store.append('journals/r', 0, 'text');
      proxy.befall('PutObject', { kind: 'expired' });
      expect(await store.append('journals/r', 1, 'text')).to.equal('appended');
      expect(proxy.requests.map(({ signer }) => signer)).to.deep.equal(['KEY1', 'KEY1', 'KEY2']);
    } finally {
      restoreEnvironment(before);
      await proxy.stop();
    }
  });

  it('encrypts with the key that is configured, and locks the lines of journals and nothing else', async () => {
    const locked = await makeMotoBucket(moto.url, { lock: true, name: 'shop-locked' });
    const kmsKeyArn = 'arn:aws:kms:eu-central-1:222222222222:key/11111111-2222-3333-4444-555555555555';
    const store = new S3Store({ ...locked('store'), kmsKeyArn, lock: { mode: 'compliance', days: 30 } });
    await store.append('journals/r', 0, 'text');
    await store.append('leases/local', 0, 'text');
    await store.put('outputs/local.json', '{}');
    const object = (key: string) => ({ Bucket: 'shop-locked', Key: `store/${key}` });
    for (const key of ['journals/r/000000000.json', 'leases/local/000000000.json', 'outputs/local.json']) {
      const head = await client.send(new HeadObjectCommand(object(key)));
      expect(head.ServerSideEncryption).to.equal('aws:kms');
      expect(head.SSEKMSKeyId).to.equal(kmsKeyArn);
    }
    const line = object('journals/r/000000000.json');
    const head = await client.send(new HeadObjectCommand(line));
    expect(head.ObjectLockMode).to.equal('COMPLIANCE');
    const days = ((head.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).to.be.within(29.9, 30);
    const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: 'shop-locked', Prefix: line.Key }));
    const destroy = new DeleteObjectCommand({ ...line, VersionId: Versions?.[0]?.VersionId });
    expect((await rejection(client.send(destroy), Error)).name).to.equal('AccessDenied');
    const lease = await client.send(new HeadObjectCommand(object('leases/local/000000000.json')));
    expect(lease.ObjectLockMode).to.equal(undefined);
  });

  it('finds more than a thousand records of a stream, which S3 lists by pages', async () => {
    const bucket = place(newPrefix());
    const store = new S3Store(bucket);
    for (let from = 0; from < 1_010; from += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, next) => store.append('leases/local', from + next, 'text')));
    }
    expect(await new S3Store(bucket).last('leases/local')).to.equal(1_049);
    expect((await store.read('leases/local', 1_045)).records.map(({ sequence }) => sequence)).to.deep.equal([
      1_045, 1_046, 1_047, 1_048, 1_049,
    ]);
  });

  it("lies beside Pulumi's own state in one bucket, with the real engine", async () => {
    const address = moto.url.replace('http://', '');
    const backend = `s3://${place('').bucket}/pulumi?endpoint=${address}&disableSSL=true&s3ForcePathStyle=true&region=eu-central-1`;
    const cwd = folder.path;
    await writeFile(join(cwd, 'Pulumi.yaml'), 'name: shop\nruntime: yaml\n');
    const env = {
      PULUMI_HOME: join(cwd, 'home'),
      PULUMI_BACKEND_URL: backend,
      PULUMI_CONFIG_PASSPHRASE: 'test',
      PULUMI_SKIP_UPDATE_CHECK: '1',
    };
    const engine = await findEngine();
    if (!engine) throw new Error('npm test fetches the engine that this test needs');
    const pulumi = (...words: string[]) => execa(join(engine.bin, 'pulumi'), words, { cwd, env, timeout: 60_000 });
    await pulumi('stack', 'init', 'staging');
    const exported = (await pulumi('stack', 'export', '--stack', 'staging')).stdout;
    const store = new S3Store(place('crossfade'));
    await (await openJournal(store)).append(planned(await somePlan()));
    await store.put('outputs/staging.json', '{}');
    expect((await pulumi('stack', 'export', '--stack', 'staging')).stdout).to.equal(exported);
    await pulumi('stack', 'rm', 'staging', '--yes');
    expect((await store.read('journals/r')).records).to.have.length(1);
    expect(await store.list('journals')).to.deep.equal(['r']);
  });
});
