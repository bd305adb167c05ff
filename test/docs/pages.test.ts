import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { pages } from '../support/pages/pages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('pages that are made from the code', function () {
  // Two whole environments are built under mocks.
  this.timeout(120_000);

  it('are as the code has it', async () => {
    for (const [path, text] of Object.entries(await pages())) {
      const written = await readFile(`${root}${path}`, 'utf8').catch(() => '');
      expect(written === text, `${path} is not what the code makes: run 'npm run docs'`).to.equal(true);
    }
  });
});
