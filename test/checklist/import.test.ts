import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { acceptProposals } from '../../checklist/accept.js';
import { compile } from '../../checklist/compile.js';
import { importChecklist, withoutProposals } from '../../checklist/import/import-checklist.js';
import { openChecklist } from '../../checklist/open-checklist.js';
import { commandLine } from '../support/command-line.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { labelledDocuments } from './labelled-documents.js';

const open = (text: string) => openChecklist('RELEASE.md', Buffer.from(text));

describe('an imported document', () => {
  it('is mapped without one false mapping over all labelled documents', async () => {
    const documents = await labelledDocuments();
    expect(documents.length).to.be.greaterThan(14);
    for (const document of documents) expect(document.false, document.name).to.deep.equal([]);
    const expected = documents.flatMap((document) => document.expected).length;
    const missed = documents.flatMap((document) => document.missed).length;
    expect(1 - missed / expected).to.be.greaterThan(0.95);
  });

  it('keeps every byte: without what was added it is what it was', async () => {
    for (const { name, bytes } of await labelledDocuments()) {
      const { text } = await importChecklist(await openChecklist(name, bytes));
      expect(Buffer.from(withoutProposals(text)), name).to.deep.equal(bytes);
    }
  });

  it('compiles without a problem, and nothing in it counts', async () => {
    for (const { name, bytes } of await labelledDocuments()) {
      const { text, proposed } = await importChecklist(await openChecklist(name, bytes));
      const { checklist, problems } = compile(await open(text));
      expect(problems, name).to.deep.equal([]);
      expect(checklist.items.map(({ id }) => id).sort(), name).to.deep.equal(proposed.map(({ id }) => id).sort());
      expect(
        checklist.items.every(({ proposed: inert }) => inert),
        name,
      ).to.equal(true);
    }
  });

  it('keeps every byte of whatever Markdown there is', async () => {
    const piece = fc.constantFrom(
      '# Release',
      'Checks',
      '===',
      '- [ ] error rate < 1 %',
      '  - [ ] cpu below 70 %',
      '\t- p95 > 5 s',
      '1. step',
      '   ```sh',
      'make it',
      '   ```',
      '```sql',
      'select 1',
      '```',
      '| Metric | Success |',
      '| - | - |',
      '| Error rate | < 1 % |',
      '',
      '',
      '> - [ ] error rate < 2 %',
      '    error rate < 3 %',
      '---',
      'p99 < 2 s  ',
      '* ☐ error rate < 4 %',
      '<div>',
      '</div>',
      '- - error rate < 5 %',
      '10) error rate < 6 %',
    );
    const text = fc
      .tuple(fc.array(piece, { maxLength: 20 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean())
      .map(([lines, ending, last, mark]) => `${mark ? '\uFEFF' : ''}${lines.join(ending)}${last ? ending : ''}`);
    await fc.assert(
      fc.asyncProperty(text, async (original) => {
        const imported = await importChecklist(await open(original));
        expect(withoutProposals(imported.text)).to.equal(original);
        expect(compile(await open(imported.text)).checklist.items.every(({ proposed }) => proposed)).to.equal(true);
      }),
      { numRuns: 400, seed: 20261126 },
    );
  });

  it('counts what a person accepts, and no other', async () => {
    const { text } = await importChecklist(await open('# R\n\n- [ ] Error rate < 1 %\n- [ ] CPU < 70 %\n'));
    const accepted = acceptProposals(await open(text), ['cpu-70', 'nothing']);
    expect(accepted.missing).to.deep.equal(['nothing']);
    const { items } = compile(await open(accepted.text)).checklist;
    expect(items.map(({ id, proposed }) => [id, proposed])).to.deep.equal([
      ['error-rate-1', true],
      ['cpu-70', false],
    ]);
  });
});

describe('crossfade checklist', () => {
  const folder = temporaryFolder();
  const checklist = (...words: string[]) => commandLine(folder.path, 'checklist', ...words);
  const put = (text: string | Buffer) => writeFile(join(folder.path, 'RELEASE.md'), text);

  it('imports beside the document, lists what is not mapped, and writes over nothing', async () => {
    await put('# R\n\n- [ ] Error rate < 1 %\n- Look around\n');
    const said = await checklist('import', 'RELEASE.md');
    expect(said).to.include({ exitCode: 0, stderr: '' });
    expect(said.stdout)
      .to.match(/proposed: 1, inert/)
      .and.to.match(/not mapped: 1\n {2}4 {2}Look around/);
    expect(await readFile(join(folder.path, 'RELEASE.md'), 'utf8')).to.equal(
      '# R\n\n- [ ] Error rate < 1 %\n- Look around\n',
    );
    expect(await checklist('import', 'RELEASE.md')).to.include({ exitCode: 3 });
    expect(await checklist('import', 'RELEASE.crossfade.md')).to.include({ exitCode: 3 });
    const plan = await checklist('plan', 'RELEASE.crossfade.md');
    expect(plan.stdout).to.contain('proposed metric');
    expect(await checklist('accept', 'RELEASE.crossfade.md', 'error-rate-1')).to.include({ exitCode: 0 });
    expect((await checklist('plan', 'RELEASE.crossfade.md')).stdout).to.not.contain('proposed');
    expect(await checklist('accept', 'RELEASE.crossfade.md', 'error-rate-1')).to.include({ exitCode: 3 });
    expect((await checklist('coverage', 'RELEASE.crossfade.md')).stdout).to.contain('50 % executable');
  });

  it('writes nothing in a dry run', async () => {
    await put('- [ ] Error rate < 1 %\n');
    expect((await checklist('import', 'RELEASE.md', '--dry-run')).stdout).to.contain('was not written');
    expect(await checklist('plan', 'RELEASE.crossfade.md')).to.include({ exitCode: 2 });
  });

  it('lints with exit code 3 and JSON for machines', async () => {
    await put('# R\n\n- [ ] a <!-- crossfade: x: 1 -->\n\n```sh\ndocker push shop:latest\n```\n');
    const said = await checklist('lint', 'RELEASE.md', '--json');
    expect(said.exitCode).to.equal(3);
    expect((JSON.parse(said.stdout) as { code: string }[]).map(({ code }) => code)).to.deep.equal([
      'annotation',
      'mutable-tag',
    ]);
    await put('# R\n');
    expect(await checklist('lint', 'RELEASE.md')).to.include({ exitCode: 0, stdout: 'RELEASE.md: nothing found\n' });
  });

  it('refuses what is no checklist, with exit code 2, file and line', async () => {
    await put(Buffer.from('# R\n\0'));
    expect(await checklist('plan', 'RELEASE.md')).to.deep.include({ exitCode: 2, stdout: '' });
    await put('- [ ] a <!-- crossfade: id: [ -->\n');
    const said = await checklist('plan', 'RELEASE.md');
    expect(said.exitCode).to.equal(2);
    expect(said.stderr).to.match(/^RELEASE\.md:1: the annotation can't be read/);
    expect((await checklist('plan', 'NO.md')).stderr).to.match(/^NO\.md can't be read/);
  });

  it('shows words of the document without what a terminal would obey', async () => {
    await put('- [ ] a\u001b[31m\u202e\n');
    const { stdout } = await checklist('plan', 'RELEASE.md');
    for (const hidden of ['\u001b', '\u202e']) expect(stdout).to.not.contain(hidden);
  });
});
