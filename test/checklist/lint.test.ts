import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { expect } from 'chai';
import { compile } from '../../checklist/compile.js';
import { lint } from '../../checklist/lint/lint.js';
import type { Finding } from '../../checklist/lint/finding.js';
import { openChecklist } from '../../checklist/open-checklist.js';
import { readSql } from '../../cli/checklist/read-sql.js';

const folder = fileURLToPath(new URL('fixtures/lint/', import.meta.url));

async function findingsIn(text: string): Promise<Finding[]> {
  return lint(await openChecklist('RELEASE.md', Buffer.from(text)), readSql);
}

describe('the lint of a checklist', () => {
  it('has a bad and a good document for every rule, and finds in the good ones nothing at all', async () => {
    const files = (await readdir(folder)).sort();
    const bad = files.filter((name) => name.endsWith('.bad.md')).map((name) => name.slice(0, -'.bad.md'.length));
    expect(files).to.have.lengthOf(2 * bad.length);
    expect(bad.length).to.be.greaterThan(19);
    for (const code of bad) {
      const good = await findingsIn(await readFile(join(folder, `${code}.good.md`), 'utf8'));
      expect(good, `${code}.good.md`).to.deep.equal([]);
      const found = await findingsIn(await readFile(join(folder, `${code}.bad.md`), 'utf8'));
      expect([...new Set(found.map((finding) => finding.code))], `${code}.bad.md`).to.deep.equal([code]);
      for (const { because, better, lines } of found) {
        expect(because).to.match(/\w/);
        expect(better).to.match(/\w/);
        expect(lines).to.not.be.empty;
      }
    }
  });

  const both: readonly [code: string, lines: readonly number[]][] = [
    ['unwatched-band', [5, 9]],
    ['name-from-clock-twice', [7, 6]],
    ['restore-into-live', [14, 6]],
    ['only-in-staging', [9, 18]],
    ['stop-before-start', [6, 8]],
    ['limits-contradict', [10, 6]],
    ['stale-date', [5, 3]],
    ['sql-not-postgresql', [7]],
  ];
  for (const [code, lines] of both) {
    it(`points ${code} at the lines involved`, async () => {
      const [found] = await findingsIn(await readFile(join(folder, `${code}.bad.md`), 'utf8'));
      expect(found?.lines).to.deep.equal(lines);
    });
  }

  it('finds every one of several secrets, a second value beside a first, and both gaps', async () => {
    const count = async (code: string) =>
      (await findingsIn(await readFile(join(folder, `${code}.bad.md`), 'utf8'))).length;
    expect(await count('secret-on-command-line')).to.equal(4);
    expect(await count('two-expected-values')).to.equal(4);
    expect(await count('gap-in-numbering')).to.equal(2);
  });

  it('leaves SQL of other databases alone', async () => {
    expect(await findingsIn('# MySQL\n\n```sql\nSHOW TABLES LIKE `x` FROM y;\n```\n')).to.deep.equal([]);
  });

  it('takes a band for watched where one item says what is good and what goes back', async () => {
    const said = 'metric: {name: error-rate, pass: below 1%, rollback: above 2%}';
    const prose = '# R\n\n## Checks\n\n- [ ] Error rate < 1 %\n\n## Rollback\n\n- [ ] Error rate > 2 %';
    expect((await findingsIn(prose)).map(({ code }) => code)).to.deep.equal(['rollback-looser-than-success']);
    expect(await findingsIn(`${prose} <!-- crossfade: ${said} -->\n`)).to.deep.equal([]);
  });

  it('finds nothing in the five examples', async () => {
    const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
    const names = (await readdir(examples, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(names).to.have.lengthOf(5);
    for (const { name } of names) {
      const bytes = await readFile(join(examples, name, 'RELEASE.md'));
      const document = await openChecklist(name, bytes);
      expect(compile(document).problems, name).to.deep.equal([]);
      expect(await lint(document, readSql), name).to.deep.equal([]);
    }
  });
});
