import { expect } from 'chai';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checklistOf } from '../../../cli/checklist/checklist-of.js';
import { findEnvironment } from '../../../cli/find-environment.js';
import { ConfigurationError } from '../../../contract/errors.js';
import { digestOf } from '../../../contract/json.js';
import { writeProject } from '../../support/command-line.js';
import { rejection } from '../../support/rejection.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe("an environment's checklist", () => {
  const folder = temporaryFolder();

  async function planned(text: string | undefined) {
    await writeProject(folder.path, { more: '    checklist: RELEASE.md\n' });
    if (text !== undefined) await writeFile(join(folder.path, 'RELEASE.md'), text);
    return checklistOf(await findEnvironment('local', folder.path));
  }

  it('is none where the stack file names none', async () => {
    await writeProject(folder.path);
    expect(await checklistOf(await findEnvironment('local', folder.path))).to.equal(undefined);
  });

  it('holds what is asked there, each item after those that it needs, with the digest of the whole document', async () => {
    const text = [
      '# Release',
      '- [ ] Tested <!-- crossfade: id: tested, command: {run: npm test}, needs: built -->',
      '- [ ] Built <!-- crossfade: id: built, command: {run: npm run build}, needs: elsewhere -->',
      '- [ ] Elsewhere <!-- crossfade: id: elsewhere, environments: [production], command: {run: "true"} -->',
      '',
    ].join('\n');
    const checklist = await planned(text);
    expect(checklist?.items.map(({ id, parents }) => [id, parents])).to.deep.equal([
      ['built', []],
      ['tested', ['built']],
    ]);
    expect(checklist).to.include({ file: 'RELEASE.md', title: 'Release', digest: digestOf(text) });
  });

  it('fault 65: refuses what can not be carried out before anything runs, with every line', async () => {
    const text =
      '# Release\n- [ ] A <!-- crossfade: git: [ -->\n- [ ] B <!-- crossfade: needs: nothing, git: clean -->\n';
    const error = await rejection(planned(text));
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(String(error)).to.match(/RELEASE\.md:2: .*\nRELEASE\.md:3: needs 'nothing'/);
    await rm(join(folder.path, 'RELEASE.md'));
    expect(String(await rejection(planned(undefined)))).to.contain("RELEASE.md can't be read");
  });

  it('refuses what nobody has accepted yet', async () => {
    const error = await rejection(planned('# Release\n- [ ] A <!-- crossfade? id: a, git: clean -->\n'));
    expect(String(error)).to.contain('RELEASE.md:2: a is only proposed');
  });

  it('refuses a metric to be watched that nothing can tell, unless it is optional or has a source', async () => {
    const metric = (more: string) => `# Release\n- [ ] Room <!-- crossfade: id: room, moment: during, ${more} -->\n`;
    const check = 'metric: {name: cpu, rollback: above 90%}';
    expect(String(await rejection(planned(metric(check))))).to.contain('RELEASE.md:2: room is to be watched');
    expect((await planned(metric(`optional: true, ${check}`)))?.items).to.have.lengthOf(1);
    expect((await planned(metric('metric: {name: error-rate, rollback: above 2%}')))?.items).to.have.lengthOf(1);
    const sources = '    sources: { metrics: { cpu: { json: "http://127.0.0.1:1/", at: /cpu, unit: "%" } } }\n';
    await writeProject(folder.path, { more: `    checklist: RELEASE.md\n${sources}` });
    await writeFile(join(folder.path, 'RELEASE.md'), metric(check));
    expect((await checklistOf(await findEnvironment('local', folder.path)))?.sources?.metrics).to.have.keys('cpu');
  });
});
