import { readFile } from 'node:fs/promises';
import { expect } from 'chai';

const root = new URL('../../', import.meta.url);

describe('docs/aws/bad-input.md', () => {
  it('names only tests that exist', async () => {
    const page = await readFile(new URL('docs/aws/bad-input.md', root), 'utf8');
    const proofs = [...page.matchAll(/^- `(test\/[^`]+)`: "(.+)"$/gm)];
    expect(proofs.length).to.be.greaterThan(20);
    const missing: string[] = [];
    for (const [, file = '', title = ''] of proofs) {
      // Many are rows of a table, and begin with 'refuses'.
      const source = await readFile(new URL(file, root), 'utf8').catch(() => '');
      if (!source.replaceAll(/\\(['"`])/g, '$1').includes(title)) missing.push(`${file}: ${title}`);
    }
    expect(missing).to.deep.equal([]);
  });
});
