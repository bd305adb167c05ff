import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DeletePublicAccessBlockCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { newRunId } from '../../../journal/run-id.js';
import type { S3Place } from '../../../journal/s3-bucket.js';
import { S3Store } from '../../../journal/s3-store.js';
import { writtenConfiguration } from '../../support/aws-configuration.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { makeMotoBucket } from '../../support/moto-bucket.js';
import { motoCredentials, startMotoOrSkip, type Moto } from '../../support/moto-server.js';
import { someJournal } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const digest = `sha256:${'a'.repeat(64)}`;
const arn = 'arn:aws:sts::222222222222:user/moto';

describe('crossfade, with a store in S3', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  let moto: Moto;
  let client: S3Client;
  let place: (prefix: string) => S3Place;
  const crossfade = (...words: string[]) => commandLine(folder.path, ...words);

  before(async function () {
    this.timeout(400_000);
    Object.assign(process.env, motoCredentials);
    moto = await startMotoOrSkip(this);
    client = new S3Client({ region: 'eu-central-1', endpoint: moto.url, forcePathStyle: true });
  });
  after(async () => {
    if (!(moto as Moto | undefined)) return;
    client.destroy();
    await moto.stop();
  });

  beforeEach(async () => {
    await moto.reset();
    place = await makeMotoBucket(moto.url);
    await writeProject(folder.path);
    const configuration = {
      ...writtenConfiguration('staging'),
      endpoint: moto.url,
      store: `s3://${place('').bucket}/store`,
      services: { api: { kind: 'routed', path: '/api' } },
    };
    const file = stringify({ config: { 'crossfade:environment': configuration } });
    await writeFile(join(folder.path, 'Pulumi.staging.yaml'), file);
  });

  const create = () =>
    crossfade(
      ...['release', 'create', 'staging', '--version', '1.0.0', '--artifact', `api=registry/shop@${digest}`],
      ...['--commit', 'abc', '--author', 'Ada'],
    );

  it('makes, lists, quarantines and allows a release, by who AWS says', async () => {
    expect(await create()).to.include({ exitCode: 0, stderr: '' });
    expect((await crossfade('release', 'list', 'staging')).stdout).to.contain('1.0.0');
    expect((await crossfade('release', 'quarantine', 'staging', '1.0.0', '--because', 'slow')).exitCode).to.equal(0);
    expect((await crossfade('release', 'allow', 'staging', '1.0.0', '--because', 'mended')).exitCode).to.equal(0);
    const { records } = await new S3Store(place('store')).read('quarantine');
    const lines = records.map(({ text }) => JSON.parse(text) as { kind: string; by: string });
    expect(lines.map(({ kind, by }) => ({ kind, by }))).to.deep.equal([
      { kind: 'quarantined', by: arn },
      { kind: 'allowed', by: arn },
    ]);
  });

  it('shows and verifies the runs in it', async () => {
    const run = newRunId('staging', new Date('2026-01-01T10:00:00Z'));
    await someJournal(new S3Store(place('store')), 3, run);
    expect((await crossfade('history', 'staging')).stdout).to.contain(run);
    expect(await crossfade('audit', 'verify', '--environment', 'staging')).to.include({ exitCode: 0 });
    expect((await crossfade('status', 'staging')).exitCode).to.equal(0);
  });

  it("leaves Pulumi's state in the same bucket alone, and all of its own below its prefix", async () => {
    const Bucket = place('').bucket;
    for (const Key of ['.pulumi/meta.yaml', '.pulumi/stacks/shop/staging.json', 'storehouse/other.json']) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: `{"${Key}":1}` }));
    }
    const all = async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      return Contents.map(({ Key = '', ETag = '' }) => `${Key} ${ETag}`);
    };
    const foreign = await all();
    await create();
    await crossfade('release', 'quarantine', 'staging', '1.0.0', '--because', 'slow');
    await someJournal(new S3Store(place('store')), 3, newRunId('staging', new Date('2026-01-01T10:00:00Z')));
    expect((await crossfade('history', 'staging')).exitCode).to.equal(0);
    const found = await all();
    expect(found.filter((line) => !line.startsWith('store/'))).to.deep.equal(foreign);
    expect(found.length).to.be.greaterThan(foreign.length + 4);
    expect(await new S3Store(place('store')).list('storehouse')).to.deep.equal([]);
  });

  it('doctor tries it out, and looks whether it is private', async () => {
    const store = `s3://${place('').bucket}/store`;
    const good = (await crossfade('doctor', 'staging')).stdout;
    expect(good).to.contain(`ok     store          ${store} can be written, and refuses to write twice`);
    for (const name of ['bucket match', 'bucket access', 'bucket copies', 'bucket key', 'bucket lock']) {
      expect(good).to.match(new RegExp(`^ok     ${name}`, 'm'));
    }
    await client.send(new DeletePublicAccessBlockCommand({ Bucket: place('').bucket }));
    const bad = await crossfade('doctor', 'staging');
    expect(bad.stdout)
      .to.match(/^WRONG {2}bucket access/m)
      .and.to.contain('put-public-access-block');
    expect(bad.exitCode).to.equal(3);
    expect((await new S3Store(place('store')).list('doctor')).length).to.equal(0);
  });

  it('has evidence signed by no key of KMS in its region that is of another kind, or that is not there', async () => {
    const run = newRunId('staging', new Date('2026-01-01T10:00:00Z'));
    await someJournal(new S3Store(place('store')), 3, run);
    const kms = new KMSClient({ region: 'eu-central-1', endpoint: moto.url });
    const made = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
    const AliasName = 'alias/audit';
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: made.KeyMetadata?.KeyId }));
    kms.destroy();
    const wrong = await crossfade('evidence', 'export', run, '--key', 'kms:alias/audit');
    expect(wrong.stderr).to.contain('no ed25519 key that signs').and.to.contain('ECDSA_SHA_256');
    const missing = await crossfade('evidence', 'export', run, '--key', 'kms:alias/nobody');
    expect(missing.stderr).to.contain('NotFoundException').and.to.contain('list-aliases');
    expect([wrong.exitCode, missing.exitCode]).to.deep.equal([2, 3]);
  });

  it('says what to do when there is no bucket, and changes nothing', async () => {
    await moto.reset();
    const said = await create();
    expect(said.exitCode).to.equal(3);
    expect(said.stderr).to.contain('there is no such bucket').and.to.contain('make it first');
  });

  it('is refused on the local platform, whose processes run from a folder', async () => {
    const file = join(folder.path, 'Pulumi.local.yaml');
    const written = await readFile(file, 'utf8');
    await writeFile(file, written.replace('store: .crossfade/store', 'store: s3://shop/store'));
    const said = await crossfade('history', 'local');
    expect(said.exitCode).to.equal(2);
    expect(said.stderr).to.contain('the local platform keeps it in a folder');
  });
});
