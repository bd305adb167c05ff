import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { publicKeyOf } from '../../../contract/ed25519.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { newKey } from '../../support/approvers.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { someJournal } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

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
