import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Row {
  readonly number: number;
  readonly proven: string;
  readonly proofs: readonly { readonly file: string; readonly title: string }[];
  readonly text: string;
}

function readRows(page: string): Row[] {
  return page.split(/^### /m).flatMap((text) => {
    const [, number, proven] = /^(\d+)\. .+\n\n.+\. Proven: (yes|partly|not yet)\.\n/.exec(text) ?? [];
    if (number === undefined || proven === undefined) return [];
    const proofs = [...text.matchAll(/^- `(test\/[^`]+)`: "(.+)"$/gm)];
    return [
      { number: Number(number), proven, text, proofs: proofs.map(([, file = '', title = '']) => ({ file, title })) },
    ];
  });
}

/** The beginnings of tests and of their groups, as the file says them, without what only quoting needs. */
async function titlesOf(file: string): Promise<string[]> {
  const source = await readFile(join(root, file), 'utf8');
  return [...source.matchAll(/\b(?:describe\w*|it)\(\s*(['"`])((?:\\.|(?!\1).)+)\1/gs)].map(([, , title = '']) =>
    title.replaceAll(/\\(['"`])/g, '$1'),
  );
}

describe('docs/faults.md', () => {
  let page: string;
  let rows: Row[];

  before(async () => {
    page = await readFile(join(root, 'docs/faults.md'), 'utf8');
    rows = readRows(page);
  });

  it('has each of the 70 faults once, in order', () => {
    expect(rows.map(({ number }) => number)).to.deep.equal(Array.from({ length: 70 }, (_, index) => index + 1));
  });

  it('names only tests that exist', async () => {
    const missing: string[] = [];
    for (const { number, proofs } of rows) {
      for (const { file, title } of proofs) {
        const titles = await titlesOf(file).catch(() => []);
        if (!titles.some((each) => each.includes(title))) missing.push(`${number}: ${file}: ${title}`);
      }
    }
    expect(missing).to.deep.equal([]);
  });

  it('says of each what proves it, what is missing, or both', () => {
    for (const { number, proven, proofs, text } of rows) {
      expect(proofs.length > 0, `${number}: proofs`).to.equal(proven !== 'not yet');
      expect(/^- not yet: ./m.test(text), `${number}: what is missing`).to.equal(proven !== 'yes');
    }
  });

  it('counts right', () => {
    const count = (word: string): number => rows.filter(({ proven }) => proven === word).length;
    const said = `${count('yes')} are proven, ${count('partly')} partly, ${count('not yet')} not yet.`;
    expect(page).to.contain(said);
  });
});
