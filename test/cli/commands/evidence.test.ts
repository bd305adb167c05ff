import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { publicKeyOf } from '../../../contract/ed25519.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { newKey } from '../../support/approvers.js';
import { KmsStandIn, publicKeyOf as shownBy } from '../../support/aws/kms-stand-in.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { motoCredentials } from '../../support/moto-server.js';
import { StandIn } from '../../support/stand-in.js';
import { someJournal } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { restoreEnvironment } from '../../support/restore-environment.js';

const key = newKey();
const run = 'local-20260101t000000z-abcdef';

describe('crossfade evidence', () => {
  const folder = temporaryFolder();
  const file = `crossfade-evidence-${run}.tar.gz`;

  beforeEach(async () => {
    await writeProject(folder.path, { more: `    approvers: { ada: ${publicKeyOf(key)} }\n` });
    await writeFile(join(folder.path, 'ada.pem'), key, { mode: 0o600 });
    await someJournal(new FolderStore(join(folder.path, '.crossfade/store')), 3, run);
  });

  it('exports what verifies: by an approver of the project, or by the key that is named, and by no other', async () => {
    const { exitCode, stdout, stderr } = await commandLine(folder.path, 'evidence', 'export', run, '--key', 'ada.pem');
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.contain(file).and.to.contain('4 events, signed');
    const verified = await commandLine(folder.path, 'evidence', 'verify', file);
    expect(verified.exitCode, verified.stdout).to.equal(0);
    expect(verified.stdout).to.contain('whole: 4 events, every file as it was signed by ada');
    const other = await commandLine(folder.path, 'evidence', 'verify', file, '--public-key', publicKeyOf(newKey()));
    expect(other.exitCode).to.equal(3);
    await writeProject(folder.path);
    const unknown = await commandLine(folder.path, 'evidence', 'verify', file);
    expect(unknown.exitCode).to.equal(3);
    expect(unknown.stdout).to.contain('NOT signed by anybody known here');
  });

  it('says that an archive which nobody signed proves nothing', async () => {
    await commandLine(folder.path, 'evidence', 'export', run);
    const { exitCode, stdout } = await commandLine(folder.path, 'evidence', 'verify', file);
    expect(exitCode).to.equal(3);
    expect(stdout).to.contain('nobody has signed it');
  });

  describe('with a key of KMS', () => {
    const aws = new StandIn();
    const before = { ...process.env };
    let kms: KmsStandIn;

    beforeEach(() => {
      kms = new KmsStandIn();
      aws.answers = { 'POST /': kms.answer };
      Object.assign(process.env, motoCredentials, { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: aws.url });
    });
    afterEach(() => {
      restoreEnvironment(before);
    });

    it('exports what its public key verifies, and no call to AWS is made for that', async () => {
      const publicKey = shownBy(kms.key('audit'));
      const said = await commandLine(folder.path, 'evidence', 'export', run, '--key', 'kms:alias/audit', '--json');
      expect(said.exitCode, said.stderr).to.equal(0);
      expect(JSON.parse(said.stdout)).to.include({ signed: true, publicKey });
      const asked = aws.asked.length;
      const verified = await commandLine(folder.path, 'evidence', 'verify', file, '--public-key', publicKey);
      expect(verified, verified.stdout).to.include({ exitCode: 0 });
      const other = await commandLine(folder.path, 'evidence', 'verify', file, '--public-key', publicKeyOf(key));
      expect(other.exitCode).to.equal(3);
      await writeProject(folder.path, { more: `    approvers: { audit: ${publicKey} }\n` });
      const named = await commandLine(folder.path, 'evidence', 'verify', file);
      expect(named.stdout).to.contain('every file as it was signed by audit');
      expect(aws.asked).to.have.lengthOf(asked);
    });

    it('writes nothing where KMS does not sign', async () => {
      kms.key('audit');
      kms.denied.add('Sign');
      const said = await commandLine(folder.path, 'evidence', 'export', run, '--key', 'kms:alias/audit');
      expect(said).to.have.property('exitCode', 3);
      expect(said.stderr).to.contain('kms:Sign on the key');
      expect(await readdir(folder.path)).to.not.include(file);
    });
  });

  it('refuses a run that there is none of', async () => {
    const { exitCode, stderr } = await commandLine(
      folder.path,
      'evidence',
      'export',
      `${run}x`,
      '--environment',
      'local',
    );
    expect({ exitCode, stderr }).to.have.property('exitCode', 3);
    expect(stderr).to.contain('there is no run');
  });
});
