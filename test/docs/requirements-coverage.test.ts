import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { coverageRows, exampleItems, readDecisions, teams } from '../support/pages/coverage-rows.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('docs/coverage.md', function () {
  this.timeout(30_000);

  it('has exactly one row for each of the 663 items, and the examples cover no other', async () => {
    const rows = await coverageRows();
    expect(rows).to.have.lengthOf(663);
    const known = new Set(rows.map(({ id }) => id));
    expect(known.size).to.equal(663);
    const covered = (await exampleItems()).flatMap(({ covers }) => covers);
    expect(covered.filter((id) => !known.has(id))).to.deep.equal([]);
    expect(new Set(covered).size).to.equal(Object.values(teams).reduce<number>((sum, count) => sum + count, 0));
  });

  it('names only tests that exist, one that saw the step done and one that saw it refuse', async () => {
    for (const [step, { does, refuses }] of Object.entries((await readDecisions()).steps)) {
      for (const [file, title] of [does, refuses]) {
        expect(await readFile(`${root}${file}`, 'utf8'), `${step}: ${file}`).to.contain(title);
      }
      expect(does).to.not.deep.equal(refuses);
    }
  });
});
