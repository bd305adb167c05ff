import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Outcome } from '../../../contract/event.js';
import { stagedIn } from '../../../cli/run/staged-in.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { rejection } from '../../support/rejection.js';
import { writeProject } from '../../support/command-line.js';
import { someRelease } from '../../support/product.js';
import { openJournal, planned, somePlan } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('what was tried in staging', () => {
  const folder = temporaryFolder();
  let store: FolderStore;

  beforeEach(async () => {
    await writeProject(folder.path);
    await copyFile(join(folder.path, 'Pulumi.local.yaml'), join(folder.path, 'Pulumi.staging.yaml'));
    store = new FolderStore(join(folder.path, '.crossfade/store'));
  });

  async function ran(run: string, outcome: Outcome): Promise<void> {
    const journal = await openJournal(store, {}, run);
    await journal.append(planned(await somePlan({ run, environment: 'staging' })));
    await journal.append({ kind: 'ended', outcome, because: '', weights: null, live: null });
  }

  it('is the newest run that promoted these digests, and where its journal ended', async () => {
    await ran('staging-20260101t000000z-aaaaaa', 'completed');
    await ran('staging-20260102t000000z-bbbbbb', 'completed');
    await ran('staging-20260103t000000z-cccccc', 'rolled-back');
    const staged = await stagedIn('staging', folder.path, someRelease('1.0.0'));
    expect(staged).to.deep.include({ environment: 'staging', run: 'staging-20260102t000000z-bbbbbb' });
    expect(staged.head).to.match(/^sha256:/);
  });

  it('is refused where they only went back there, or others were promoted', async () => {
    await ran('staging-20260103t000000z-cccccc', 'rolled-back');
    await ran('staging-20260104t000000z-dddddd', 'completed');
    const error = await rejection(stagedIn('staging', folder.path, someRelease('1.0.1')));
    expect(error).to.have.property('message', 'the digests of 1.0.1 were never promoted in staging, by its journal');
    await store.remove('journals/staging-20260104t000000z-dddddd', 1);
    expect(await rejection(stagedIn('staging', folder.path, someRelease('1.0.0')))).to.have.property('exitCode', 3);
  });
});
