import { expect } from 'chai';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleCommandLine } from '../../scripts/bundle.mjs';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the command line in a few files', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  beforeEach(() => bundleCommandLine(folder.path));

  /** The files that loading this one loads at once. */
  async function loadedWith(file: string, seen = new Set<string>()): Promise<Set<string>> {
    if (seen.has(file)) return seen;
    seen.add(file);
    const text = await readFile(join(folder.path, file), 'utf8');
    const names = [...text.matchAll(/^(?:import|export) (?:[^;]*? from )?"\.\/([^"]+)";$/gm)].map((match) => match[1]);
    for (const name of names) if (name !== undefined) await loadedWith(name, seen);
    return seen;
  }

  async function partWith(text: string): Promise<string> {
    for (const name of await readdir(folder.path))
      if ((await readFile(join(folder.path, name), 'utf8')).includes(text)) return name;
    throw new Error(`no part has ${text}`);
  }

  async function bytesOf(files: ReadonlySet<string>): Promise<number> {
    const sizes = await Promise.all([...files].map(async (file) => (await stat(join(folder.path, file))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  it('loads no schema, no command and no platform for help', async () => {
    const files = await loadedWith('main.js');
    expect(await bytesOf(files)).to.be.lessThan(250_000);
    expect([...files]).to.not.include(await partWith('\n// cli/commands/status.ts'));
    expect([...files]).to.not.include(await partWith('\n// contract/configuration.ts'));
    expect([...files]).to.not.include(await partWith('\n// platforms/local/open.ts'));
  });

  it('loads few files for status, and no other command', async () => {
    const files = await loadedWith(await partWith('\n// cli/commands/status.ts'));
    // Hundreds without the bundle. Each further command splits what they share a little more; what it costs to load is
    // the code, of which a rise is to be looked at. bench/cli.ts says what it costs.
    expect(files.size).to.be.at.most(60);
    expect(await bytesOf(files)).to.be.lessThan(920_000);
    expect([...files]).to.include(await partWith('\n// contract/configuration.ts'));
    expect([...files]).to.not.include(await partWith('\n// cli/commands/deploy.ts'));
  });

  it('brings the license of each package whose code is inside', async () => {
    const inside = new Set<string>();
    for (const name of await readdir(folder.path)) {
      const text = await readFile(join(folder.path, name), 'utf8');
      for (const match of text.matchAll(/^ *(?:\/\/ |")node_modules\/((?:@[^/]+\/)?[^/]+)/gm))
        inside.add(match[1] ?? '');
    }
    const licenses = await readFile(join(folder.path, 'LICENSES.txt'), 'utf8');
    expect([...inside]).to.include.members(['zod', 'yaml', 'commander']);
    for (const name of inside) expect(licenses).to.match(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm'));
  });
});
