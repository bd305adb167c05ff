import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import { packagesLoadedBy } from '../support/imports.js';

describe('what a command loads', function () {
  this.timeout(60_000);

  it('is commander alone for help', async () => {
    expect(await packagesLoadedBy('cli/main.ts')).to.deep.equal(['@commander-js/extra-typings']);
  });

  it('is no Pulumi, no database and no process runner for status, also where it looks at the local platform', async () => {
    const packages = await packagesLoadedBy('cli/commands/status.ts', 'platforms/local/open.ts');
    expect(packages).to.deep.equal(['yaml', 'zod']);
  });

  it('is no client of AWS for an export of evidence, until a key of KMS is named', async () => {
    const packages = await packagesLoadedBy('cli/commands/evidence-export.ts', 'cli/commands/evidence-verify.ts');
    expect(packages).to.include('nanotar');
    expect(packages.filter((name) => name.startsWith('@aws-sdk/'))).to.deep.equal([]);
  });

  it('is zod alone for every file of the journal', async () => {
    const files = (await readdir(new URL('../../journal/', import.meta.url))).map((name) => `journal/${name}`);
    expect(files).to.include('journal/journal.ts');
    expect(await packagesLoadedBy(...files)).to.deep.equal(['zod']);
  });
});
