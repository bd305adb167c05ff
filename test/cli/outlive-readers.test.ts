import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { bundle } from '../support/bundle.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a reader that goes away', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  async function endOf(outlive: boolean): Promise<{ code: unknown; said: string; done: string }> {
    const module = await bundle(new URL('../../cli/outlive-readers.ts', import.meta.url), join(folder.path, 'o.mjs'));
    const done = join(folder.path, `done-${outlive}`);
    const program = `
      import { writeFileSync } from 'node:fs';
      import { setTimeout as pause } from 'node:timers/promises';
      import { outliveReaders } from ${JSON.stringify(pathToFileURL(module).href)};
      if (${outlive}) outliveReaders();
      for (let step = 0; step < 20; step += 1) { process.stdout.write('step\\n'); await pause(10); }
      writeFileSync(${JSON.stringify(done)}, 'all steps');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said, done: await readFile(done, 'utf8').catch(() => '') };
  }

  it('would end a program that does not expect it', async () => {
    expect(await endOf(false)).to.include({ code: 1, done: '' });
  });

  it('ends no command half-way', async () => {
    expect(await endOf(true)).to.deep.equal({ code: 0, said: '', done: 'all steps' });
  });

  it('is no excuse for a disk that takes no more: that the output was cut shows in the exit code', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const full = openSync('/dev/full', 'w');
    const module = await bundle(new URL('../../cli/outlive-readers.ts', import.meta.url), join(folder.path, 'o.mjs'));
    const program = `import { outliveReaders } from ${JSON.stringify(pathToFileURL(module).href)};
      outliveReaders(); process.stdout.write('x'); process.exitCode = 0;`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', full, 'ignore'],
    });
    const [code] = (await once(child, 'close')) as [number | null];
    closeSync(full);
    expect(code).to.equal(1);
  });
});
