import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { withLock } from '../../scripts/engine/lock.mjs';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the lock of the engine', () => {
  const folder = temporaryFolder();
  let lock: string;

  beforeEach(() => {
    lock = join(folder.path, 'lock');
  });

  it('lets one act at a time, and leaves nothing behind', async () => {
    let acting = 0;
    let most = 0;
    const said: string[] = [];
    const act = async () => {
      acting += 1;
      most = Math.max(most, acting);
      for (let turns = 0; turns < 20; turns += 1) await turn();
      acting -= 1;
    };
    const say = (line: string) => said.push(line);
    await Promise.all([withLock(lock, say, act), withLock(lock, say, act)]);
    expect(most).to.equal(1);
    expect(said).to.have.lengthOf(1);
    expect(await readdir(folder.path)).to.deep.equal([]);
  });

  it('is given back when the act fails', async () => {
    const failure = await withLock(
      lock,
      () => undefined,
      () => Promise.reject(new Error('no compiler')),
    ).catch((error: unknown) => error);
    expect(failure).to.be.an('error').with.property('message', 'no compiler');
    expect(
      await withLock(
        lock,
        () => undefined,
        () => Promise.resolve('next'),
      ),
    ).to.equal('next');
  });

  it('is taken over from a process that died', async () => {
    const { stdout } = await execa(process.execPath, ['-p', 'process.pid']);
    await mkdir(lock);
    await writeFile(join(lock, 'pid'), stdout);
    expect(
      await withLock(
        lock,
        () => undefined,
        () => Promise.resolve('mine'),
      ),
    ).to.equal('mine');
  });
});
