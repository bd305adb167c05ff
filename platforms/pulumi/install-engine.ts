import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { engineCache, engineFolder } from './find-engine.js';

const INSTALLER = 'https://get.pulumi.com';

/**
 * Fetches Pulumi with its official installer into our cache and returns the folder of its programs; throws when the
 * installer can't be reached within 5 s, or fails. It changes no PATH and nothing else of the user's.
 */
export async function installEngine(version: string): Promise<string> {
  const answer = await fetch(INSTALLER, { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`${INSTALLER} answered ${answer.status}`);
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-engine-'));
  try {
    const script = join(folder, 'install.sh');
    await writeFile(script, await answer.text());
    const cache = engineCache();
    await mkdir(cache, { recursive: true });
    const partial = join(cache, `.${engineFolder(version)}-${process.pid}`);
    try {
      await execa('sh', [script, '--version', version, '--install-root', partial, '--no-edit-path'], {
        stdin: 'ignore',
        timeout: 10 * 60_000,
      });
      const complete = join(cache, engineFolder(version));
      await rm(complete, { recursive: true, force: true });
      await rename(partial, complete);
      return join(complete, 'bin');
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
