import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { withoutResults } from '../../checklist/render.js';
import { FolderStore } from '../../journal/folder-store.js';
import { commandLine, writeProject } from '../support/command-line.js';
import { openJournal, planned, somePlan } from '../support/stored-journal.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const run = 'local-20261126t101112z-abc234';
const text = `# Release

- [ ] The migration runs through <!-- crossfade: step: migrate -->
- [ ] Smoke checks pass <!-- crossfade: step: smoke -->
- [ ] Traffic has moved <!-- crossfade: step: hand-over -->
- [ ] Somebody looked at it
`;

describe('crossfade checklist render', () => {
  const folder = temporaryFolder();

  it('shows what a run came to beside each line, and leaves open what it did not ask', async () => {
    await writeProject(folder.path);
    await writeFile(join(folder.path, 'RELEASE.md'), text);
    const plan = await somePlan({ run });
    const idOf = (use: string): string => plan.steps.find((step) => step.use === use)?.id ?? '';
    const journal = await openJournal(new FolderStore(join(folder.path, '.crossfade/store')), {}, run);
    await journal.append(planned(plan));
    await journal.append({ kind: 'began', step: idOf('migrate') });
    await journal.append({ kind: 'passed', step: idOf('migrate'), because: '2 applied', evidence: {} });
    await journal.append({ kind: 'began', step: idOf('smoke') });
    await journal.append({
      kind: 'failed',
      step: idOf('smoke'),
      failure: { code: 'refused', message: '/ answers 500' },
    });
    const said = await commandLine(
      folder.path,
      'checklist',
      'render',
      'RELEASE.md',
      '--run',
      run,
      '--output',
      'done.md',
    );
    expect(said).to.include({ exitCode: 0, stdout: 'done.md\n', stderr: '' });
    const done = await readFile(join(folder.path, 'done.md'), 'utf8');
    const lines = done.split('\n');
    expect(lines[2]).to.contain('✅ yes').and.to.contain('2 applied').and.to.contain(plan.requestedBy);
    expect(lines[2]).to.contain(`(<crossfade-report-${run}.html>)`);
    expect(lines[3]).to.contain('❌ no').and.to.contain('/ answers 500');
    for (const open of lines.slice(4, 6)) expect(open).to.contain('not asked');
    expect(withoutResults(done)).to.equal(text);
  });

  it('refuses a run that there is not', async () => {
    await writeProject(folder.path);
    await writeFile(join(folder.path, 'RELEASE.md'), text);
    const said = await commandLine(folder.path, 'checklist', 'render', 'RELEASE.md', '--run', run);
    expect(said.exitCode).to.equal(3);
    expect(said.stderr).to.contain(run);
  });
});
