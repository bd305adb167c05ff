import { chmod, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { engineCache, engineFolder, findEngine, OLDEST_ENGINE } from '../../../platforms/pulumi/find-engine.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('finding the engine', () => {
  const folder = temporaryFolder();

  async function program(path: string, says = ''): Promise<void> {
    await mkdir(join(folder.path, path, '..'), { recursive: true });
    await writeFile(join(folder.path, path), `#!/bin/sh\necho ${says}\n`);
    await chmod(join(folder.path, path), 0o755);
  }

  async function installed(bin: string, version: string): Promise<void> {
    await program(`${bin}/pulumi`, `v${version}`);
    await program(`${bin}/pulumi-language-nodejs`);
  }

  const find = (...path: string[]) =>
    findEngine({
      PATH: path.map((bin) => join(folder.path, bin)).join(delimiter),
      XDG_CACHE_HOME: join(folder.path, 'cache'),
    });

  const cached = (version: string, mark?: string) => join('cache/crossfade/engine', engineFolder(version, mark), 'bin');

  it('takes the one on PATH, with its version', async () => {
    await installed('bin', '3.270.0');
    await installed(cached(OLDEST_ENGINE), OLDEST_ENGINE);
    expect(await find('bin')).to.deep.equal({ version: '3.270.0', bin: join(folder.path, 'bin'), origin: 'PATH' });
  });

  it('takes a link on PATH whose language host lies beside what it points to', async () => {
    await installed('opt', '3.260.0');
    await mkdir(join(folder.path, 'bin'));
    await symlink(join(folder.path, 'opt/pulumi'), join(folder.path, 'bin/pulumi'));
    expect((await find('bin'))?.version).to.equal('3.260.0');
  });

  const unfit: readonly [what: string, prepare: () => Promise<void>][] = [
    ['is too old', () => installed('bin', '3.249.9')],
    ['has no language host', () => program('bin/pulumi', 'v3.270.0')],
    ['does not say a version', () => installed('bin', 'what')],
    ['is not there', () => Promise.resolve()],
  ];
  for (const [what, prepare] of unfit) {
    it(`takes the cached one when the one on PATH ${what}`, async () => {
      await prepare();
      expect(await find('bin')).to.equal(undefined);
      await installed(cached(OLDEST_ENGINE), OLDEST_ENGINE);
      expect(await find('bin')).to.deep.equal({
        version: OLDEST_ENGINE,
        bin: join(folder.path, cached(OLDEST_ENGINE)),
        origin: 'cache',
      });
    });
  }

  it('takes the cached one that came last, and none that is old, half there or for another machine', async () => {
    await installed(cached(OLDEST_ENGINE), OLDEST_ENGINE);
    await installed(cached(OLDEST_ENGINE, 'go-1'), OLDEST_ENGINE);
    await utimes(join(folder.path, cached(OLDEST_ENGINE)), 1, 1);
    await installed(cached('3.249.0'), '3.249.0');
    await program(`${cached('3.999.0')}/pulumi`);
    await installed('cache/crossfade/engine/v3.998.0-plan9-mips/bin', '3.998.0');
    await installed(`cache/crossfade/engine/.${engineFolder('3.997.0')}-1/bin`, '3.997.0');
    expect((await find())?.bin).to.equal(join(folder.path, cached(OLDEST_ENGINE, 'go-1')));
  });

  it('asks for a version once, and again when the program is another one', async () => {
    await installed('bin', '3.270.0');
    await program('bin/pulumi', `v3.270.0; echo asked >> ${join(folder.path, 'asked')}`);
    for (let times = 0; times < 3; times += 1) expect((await find('bin'))?.version).to.equal('3.270.0');
    expect(await readFile(join(folder.path, 'asked'), 'utf8')).to.equal('asked\n');
    await program('bin/pulumi', 'v3.271.0');
    expect((await find('bin'))?.version).to.equal('3.271.0');
  });

  it('asks each time where nothing can be remembered', async () => {
    await installed('bin', '3.270.0');
    await program('cache');
    expect((await find('bin'))?.version).to.equal('3.270.0');
    expect((await find('bin'))?.version).to.equal('3.270.0');
  });

  it('keeps its cache under XDG_CACHE_HOME', () => {
    expect(engineCache({ XDG_CACHE_HOME: '/c' })).to.equal('/c/crossfade/engine');
  });
});
