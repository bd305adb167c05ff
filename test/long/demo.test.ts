import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { place } from '../../demo/place.js';

const script = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));

interface Demo {
  readonly ended: Promise<number | null>;
  output(): string;
  interrupt(): void;
}

/** As `npm run demo -- …` in a terminal, whose Ctrl-C reaches the whole group. */
function startDemo(...words: string[]): Demo {
  const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (more: Buffer) => (text += more.toString()));
  return {
    ended: once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null)),
    output: () => text,
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
  };
}

async function until(demo: Demo, words: string, within: number): Promise<void> {
  const deadline = performance.now() + within;
  while (!demo.output().includes(words)) {
    if (performance.now() > deadline) throw new Error(`'${words}' was never said:\n${demo.output()}`);
    await setTimeout(100);
  }
}

/** Processes that carry the demo's folder in their arguments, their environment or as where they work. */
async function processesOfTheDemo(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string): Promise<string> => readFile(join('/proc', pid, file), 'utf8').catch(() => '');
    const text = (await read('cmdline')) + (await read('environ'));
    if (Number(pid) !== process.pid && text.includes(place.project)) found.push(`${pid} ${text.slice(0, 200)}`);
  }
  return found;
}

async function expectNoTrace(): Promise<void> {
  expect(await processesOfTheDemo()).to.deep.equal([]);
  expect(await readdir(place.project).catch(() => [])).to.deep.equal([]);
}

describe('npm run demo', function () {
  this.timeout(1_200_000);

  after(async () => {
    await startDemo('--clean').ended;
  });

  it('goes as it says, and leaves nothing but its reports', async () => {
    const demo = startDemo();
    const code = await demo.ended;
    expect(code, demo.output()).to.equal(0);
    expect(demo.output()).to.contain('Everything went as described.').and.not.contain('✘ of');
    expect(await processesOfTheDemo()).to.deep.equal([]);
    expect(await readdir(place.project)).to.deep.equal(['reports']);
    expect((await readdir(place.reports)).length).to.be.above(7);
  });

  it('cleans up after Ctrl-C, during the set-up and in the middle of a run', async () => {
    for (const moment of ['Setting up', 'crossfade deploy local 2.0.0']) {
      const demo = startDemo();
      await until(demo, moment, 600_000);
      await setTimeout(3_000);
      demo.interrupt();
      expect(await demo.ended, demo.output()).to.equal(130);
      await expectNoTrace();
    }
  });

  it('is left running with --keep, and leaves no trace after --clean', async () => {
    const demo = startDemo('--keep');
    expect(await demo.ended, demo.output()).to.equal(0);
    expect(await processesOfTheDemo()).to.have.length.above(4);
    const url = /The shop: (\S+)/.exec(demo.output())?.[1] ?? '';
    expect((await fetch(url)).headers.get('x-version')).to.equal('2.0.0');
    expect(await startDemo('--clean').ended).to.equal(0);
    await expectNoTrace();
  });
});
