import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { PlatformError } from '../../../contract/errors.js';
import { runOneOff, type OneOff } from '../../../platforms/local/one-off.js';
import { failure, until } from '../postgres/embedded.js';

describe('running a one-off command', function () {
  this.timeout(30_000);
  let folder: string;
  let said: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crossfade-test-'));
    said = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (script: string, more: Partial<OneOff> = {}) =>
    runOneOff({
      argv: [process.execPath, '-e', script],
      folder,
      environment: { DATABASE_URL: 'postgresql://x' },
      timeoutMilliseconds: 20_000,
      say: (line) => said.push(line),
      ...more,
    });

  it('tells what it says, from both of its outputs, line by line', async () => {
    await run("process.stdout.write('a\\nb'); process.stderr.write('c\\n')");
    expect(said.sort()).to.deep.equal(['  a', '  b', '  c']);
  });

  it('runs in its folder, with the environment it is given and nothing of ours', async () => {
    process.env['CROSSFADE_TEST_CANARY'] = 'ours';
    await run('console.log(process.cwd(), process.env.DATABASE_URL, process.env.CROSSFADE_TEST_CANARY)');
    delete process.env['CROSSFADE_TEST_CANARY'];
    expect(said[0]).to.match(/^ {2}.*crossfade-test-\w+ postgresql:\/\/x undefined$/);
  });

  it('fault 58: gives each argument as it is: no shell reads them', async () => {
    const strange = ['; touch pwned', '$(id)', '`id`', '--flag', '*', ''];
    await run('', {
      argv: [process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...strange],
    });
    expect(said).to.deep.equal([`  ${JSON.stringify(strange)}`]);
  });

  it('fails with the code it ended with and its last line', async () => {
    const failed = await failure(run("console.log('migration 7 is broken'); process.exit(3)"));
    expect(failed).to.be.instanceOf(PlatformError);
    expect(failed.message).to.match(/: ended with code 3; it last said: migration 7 is broken$/);
  });

  it('fails when the program does not exist', async () => {
    const failed = await failure(run('', { argv: ['/nonexistent/tool'] }));
    expect(failed).to.be.instanceOf(PlatformError);
    expect(failed.message).to.match(/^\/nonexistent\/tool: .*ENOENT/);
  });

  it('fault 48: is ended after its time, its children too', async () => {
    const script =
      "require('child_process').spawn('sleep', ['600'], { stdio: 'inherit' }); console.log(process.pid); setInterval(() => {}, 1000)";
    const failed = await failure(run(script, { timeoutMilliseconds: 1_500 }));
    expect(failed.message).to.match(/: did not end within 2 s/);
    const group = Number(said[0]);
    expect(group).to.be.above(1);
    await until(
      async () =>
        !(await execa('ps', ['-eo', 'pgid=,stat='])).stdout
          .split('\n')
          .some((line) => new RegExp(`^ *${group} +[^Z]`).test(line)),
    );
  });

  it('ends although a child it left behind holds its output open', async () => {
    const began = performance.now();
    await run(
      "const { pid } = require('child_process').spawn('sleep', ['25'], { stdio: 'inherit', detached: true }); console.log(pid); process.exit(0)",
    );
    process.kill(Number(said[0]));
    expect(performance.now() - began).to.be.below(15_000);
  });

  it('says no more than its share, however much the command does', async () => {
    const { outputBytes } = await run(
      "const line = 'x'.repeat(5000) + '\\n'; for (let i = 0; i < 400; i++) process.stdout.write(line)",
    );
    expect(outputBytes).to.be.above(256_000);
    expect(said.join('').length).to.be.below(300_000);
    expect(said.at(-1)).to.equal('(more than 256000 bytes: the rest is left out)');
    expect(Math.max(...said.map((line) => line.length))).to.equal(1_002);
  });

  it('lets nothing through that a terminal would obey', async () => {
    await run("console.log('\\u001b[31mred\\u001b[0m \\u0007\\u202egnp\\u009b1mC\\r')");
    expect(said).to.deep.equal(['  red gnp1mC']);
  });
});
