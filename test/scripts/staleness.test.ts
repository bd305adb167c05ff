import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { staleness } from '../../bin/staleness.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a checkout', () => {
  const folder = temporaryFolder();
  let root: string;
  const built = 1_800_000_000;

  beforeEach(async () => {
    root = `${folder.path}/`;
    await mkdir(join(root, 'dist'));
    await mkdir(join(root, 'pipeline/steps'), { recursive: true });
    await writeFile(join(root, 'dist/.built'), JSON.stringify({ began: built * 1_000 }));
    await source('pipeline/steps/shift.ts', built - 1);
  });

  async function source(path: string, seconds: number): Promise<void> {
    await writeFile(join(root, path), '');
    await utimes(join(root, path), seconds, seconds);
  }

  it('is fresh when nothing was changed since the build began', () => {
    expect(staleness(root)).to.equal(undefined);
  });

  it('is stale when a source is newer, and says which', async () => {
    await source('pipeline/steps/shift.ts', built + 1);
    expect(staleness(root)).to.equal('pipeline/steps/shift.ts was changed after the last build');
  });

  it('is stale when it was never built', async () => {
    await rm(join(root, 'dist'), { recursive: true });
    expect(staleness(root)).to.equal('it was never built');
  });

  it('is no checkout, so never stale, when it has no sources', async () => {
    await rm(join(root, 'pipeline'), { recursive: true });
    await rm(join(root, 'dist'), { recursive: true });
    expect(staleness(root)).to.equal(undefined);
  });
});
