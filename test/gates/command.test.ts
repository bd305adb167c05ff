import { expect } from 'chai';
import { execa } from 'execa';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GateQuestion } from '../support/gate-question.js';
import { someRelease } from '../support/product.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Resolves once the process has ended, be it reaped or not; rejects when it goes on. */
async function gone(pid: number): Promise<void> {
  for (let tried = 0; tried < 50; tried += 1) {
    const { stdout } = await execa('ps', ['-o', 'stat=', '-p', String(pid)], { reject: false });
    if (stdout.trim() === '' || stdout.trim().startsWith('Z')) return;
    await pause(20);
  }
  throw new Error(`process ${pid} still runs`);
}

describe('a command of the checklist', function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  let question: GateQuestion;

  beforeEach(() => {
    question = new GateQuestion(() => folder.path);
  });
  const run = (script: string, changes: Record<string, unknown> = {}) =>
    question.ask({ kind: 'command', script, shell: 'sh', exit: 0, timeout: 10_000, ...changes });
  const output = () => [...question.attachments.values()].join();

  it('says yes by the exit code that is expected, and keeps what was printed', async () => {
    const verdict = await run('echo fine; echo also >&2');
    expect(verdict).to.include({ answer: 'yes', because: 'ended with code 0' });
    expect(verdict.evidence).to.deep.include({ exit: 0, outputBytes: 10 });
    expect(output()).to.equal('fine\nalso\n');
    expect((await run('exit 3', { exit: 3 })).answer).to.equal('yes');
  });

  it('says no by any other, also of a command in the middle', async () => {
    expect(await run('exit 3')).to.include({ answer: 'no', because: 'ended with code 3, expected 0' });
    expect(await run('false\necho went on')).to.include({ answer: 'no' });
    expect(output()).to.equal('');
    expect(await run('false | true', { shell: 'bash' })).to.include({ answer: 'no' });
  });

  it('says no when its output does not hold what it must, also in two pieces', async () => {
    expect((await run('echo 3 failed', { contains: ' 0 failed' })).answer).to.equal('no');
    expect((await run('printf "12 0 fa"; sleep 0.05; echo iled', { contains: ' 0 failed' })).answer).to.equal('yes');
  });

  it('says unknown where there is no such shell', async () => {
    question.variables = { PATH: folder.path };
    expect(await run('true', { shell: 'bash' })).to.include({ answer: 'unknown' });
  });

  it('reads no input, so that a command in it can not eat the rest of the script', async () => {
    expect(await run('cat\necho after', { contains: 'after' })).to.include({ answer: 'yes' });
  });

  it('knows the release and the slot by variables', async () => {
    await run('echo "$CROSSFADE_ENVIRONMENT $CROSSFADE_COLOUR $CROSSFADE_VERSION after $CROSSFADE_PREVIOUS_VERSION"');
    expect(output()).to.equal('local green 2.0.0 after 1.0.0\n');
  });

  it('fault 48: is killed with all that it started when its time is over', async () => {
    const pids = join(folder.path, 'pids');
    const verdict = await run(`sleep 600 & echo $! > ${pids}; trap "" TERM; while :; do sleep 1; done`, {
      timeout: 300,
    });
    expect(verdict).to.include({ answer: 'no', because: 'did not end within 0.3 s, and was killed' });
    const pid = Number(await readFile(pids, 'utf8'));
    await gone(pid);
  });

  it('fault 48: leaves nothing running when it ends by itself, or by a signal', async () => {
    const pids = join(folder.path, 'pids');
    expect(await run(`sleep 600 & echo $! > ${pids}`)).to.include({ answer: 'yes' });
    const pid = Number(await readFile(pids, 'utf8'));
    await gone(pid);
    expect(await run('kill -9 $$')).to.include({ answer: 'no', because: 'was ended by SIGKILL' });
  });

  it('fault 48: ends soon when nobody waits for it any more', async () => {
    const asked = run('sleep 600');
    setTimeout(() => question.stop.abort(), 100);
    const began = performance.now();
    expect(await asked).to.include({ answer: 'unknown' });
    expect(performance.now() - began).to.be.below(5_000);
  });

  it('fault 48: keeps the beginning and the end of a flood, and looks at no more than it can', async () => {
    const verdict = await run('echo first; head -c 20000000 /dev/zero | tr "\\0" x | fold -w 1000; echo last');
    expect(verdict.answer).to.equal('yes');
    expect(verdict.evidence['outputBytes']).to.be.above(20_000_000);
    expect(output().length).to.be.below(110_000);
    expect(output())
      .to.match(/^first\n/)
      .and.to.contain('a part of this output is left out');
  });

  it('fault 58: takes what a version or a variable holds for text', async () => {
    const sha = '$(touch canary)`touch canary`;touch canary\n--help';
    question.release = someRelease('2.0.0-rc.1', { commit: { sha, author: '--help' } });
    await run('echo "$CROSSFADE_COMMIT"');
    expect(output()).to.equal(`${sha}\n`);
    expect(await readdir(folder.path)).to.deep.equal([]);
  });

  it('fault 63: prints nothing that a terminal or a CI system obeys', async () => {
    await run("printf '::set-env name=A::b\\n\\033[31mred\\033[0m\\n##[group]x\\n'");
    expect(output()).not.to.match(/^::|^##\[|\p{Cc}\[/mu);
    expect(output()).to.contain('red');
  });

  it("fault 61: shows no secret of its surroundings, and is not given the engine's", async () => {
    question.variables = { ...process.env, DEPLOY_TOKEN: 'canary-7f3a9c', PULUMI_CONFIG_PASSPHRASE: 'canary-engine' };
    const verdict = await run('env; printf "canary-"; sleep 0.05; echo 7f3a9c; printf %s "$DEPLOY_TOKEN" | base64');
    expect(verdict.answer).to.equal('yes');
    const secret = Buffer.from('canary-7f3a9c').toString('base64');
    expect(output()).not.to.contain('canary').and.not.to.contain(secret.slice(0, 12));
    expect(JSON.stringify(verdict)).not.to.contain('canary');
  });
});
