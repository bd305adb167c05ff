import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { countedEngine } from '../../bench/parts/counted-engine.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('an engine whose calls are counted', () => {
  const folder = temporaryFolder();

  it('hands each call on as it is, and knows how long it took, in order, without a program besides the shell', async () => {
    // Nothing but the shell is on its path: no `date`, no `stat`.
    await writeFile(join(folder.path, 'pulumi'), '#!/bin/sh\necho "$@"\nread -r line\nexit "$3"\n');
    await chmod(join(folder.path, 'pulumi'), 0o755);
    const engine = await countedEngine(folder.path);
    try {
      const [first] = engine.environment['PATH']?.split(':') ?? [];
      const call = async (words: string[], milliseconds: number) => {
        const env = { ...engine.environment, PATH: first ?? '' };
        const child = execa(join(first ?? '', 'pulumi'), words, { env, extendEnv: false, reject: false });
        await new Promise((resolve) => setTimeout(resolve, milliseconds));
        child.stdin.end('\n');
        const { stdout, exitCode } = await child;
        return { stdout, exitCode };
      };
      expect(await call(['stack', 'ls', '0'], 200)).to.deep.equal({ stdout: 'stack ls 0', exitCode: 0 });
      expect(await call(['up', '--yes', '3'], 0)).to.deep.equal({ stdout: 'up --yes 3', exitCode: 3 });
      const spawns = await engine.spawns();
      expect(spawns.map(({ verb }) => verb)).to.deep.equal(['stack ls', 'up']);
      expect(spawns[0]?.seconds).to.be.within(0.1, 5);
      expect(await engine.spawns()).to.deep.equal([]);
    } finally {
      await engine.remove();
    }
  });
});
