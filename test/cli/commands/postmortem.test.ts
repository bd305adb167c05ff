import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Event } from '../../../contract/event.js';
import { canonicalJson } from '../../../contract/json.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { journals } from '../../support/journals.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('crossfade postmortem', () => {
  const folder = temporaryFolder();

  const keep = async (events: readonly Event[]): Promise<string> => {
    await writeProject(folder.path);
    const store = new FolderStore(join(folder.path, '.crossfade/store'));
    for (const event of events) await store.append(`journals/${event.run}`, event.sequence, canonicalJson(event));
    return events[0]?.run ?? '';
  };

  it('drafts what a run that went back is remembered by', async () => {
    const run = await keep(await journals.rolledBack());
    const { exitCode, stdout, stderr } = await commandLine(folder.path, 'postmortem', run, '--environment', 'local');
    expect(exitCode, stderr).to.equal(0);
    expect(stdout)
      .to.match(/^# Post-mortem of deploy 2\.0\.0 in local: draft$/m)
      .and.to.match(/^\| outcome \| ` rolled-back ` \|$/m)
      .and.to.match(/^- To do: what users noticed/m);
    const written = await commandLine(folder.path, 'postmortem', run, '--environment', 'local', '--output', 'draft.md');
    expect(written.stdout).to.equal('draft.md\n');
    expect(await readFile(join(folder.path, 'draft.md'), 'utf8')).to.equal(stdout);
  });

  it('is refused for a run that never went back', async () => {
    const run = await keep(await journals.completed());
    const { exitCode, stderr } = await commandLine(folder.path, 'postmortem', run, '--environment', 'local');
    expect([exitCode, stderr.includes('never went back')]).to.deep.equal([3, true]);
  });
});
