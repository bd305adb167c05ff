import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { z } from 'zod';
import { otherColour } from '../../contract/colour.js';
import { secretForms } from '../../journal/secret-forms.js';
import { HttpReceiver } from '../support/http-receiver.js';
import { secretToken } from '../support/local-project.js';
import { LocalRig } from '../support/local-rig.js';
import { ProcessWatch } from '../support/process-watch.js';

const neverHealthy = `
const { createServer } = require('node:http');
createServer((_, response) => { response.statusCode = 503; response.end(); }).listen(Number(process.env.PORT), '127.0.0.1');
`;

const afterwards = `# Release

- [ ] Answers <!-- crossfade: id: answers, moment: after, due: 1s, command: {run: "echo ok", contains: ok} -->
- [ ] Somebody looked <!-- crossfade: id: looked, moment: after, due: 1s, sign-off: engineer -->
- [ ] The chat hears it <!-- crossfade: message: {at: completed, to: [chat], template: "{{version}} is live, {{requests}} requests"} -->
`;

/** What no shell may ever read. */
const hostile = '$(touch injected);`touch injected`;--force';
const chatToken = 'canary-of-the-chat-31';

async function git(folder: string, ...argv: string[]): Promise<string> {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return (await execa('git', ['-C', folder, ...identity, ...argv])).stdout;
}

/** The project as a repository, with an origin beside it. */
async function repository(folder: string): Promise<string> {
  await execa('git', ['init', '--quiet', '--bare', join(folder, 'origin.git')]);
  await git(folder, 'init', '--quiet');
  await git(folder, 'remote', 'add', 'origin', join(folder, 'origin.git'));
  await git(folder, 'add', 'RELEASE.md');
  await git(folder, 'commit', '--quiet', '--message', 'release');
  return git(folder, 'rev-parse', 'HEAD');
}

describe('the command line on a real local environment under load', function () {
  this.timeout(150_000);
  let rig: LocalRig;
  let chat: HttpReceiver;
  let watch: ProcessWatch;

  before(async () => {
    // Long enough at each share to be interrupted there.
    chat = await HttpReceiver.start();
    const receivers = { chat: { kind: 'slack', url: 'file:chat-url' } };
    const files = { 'chat-url': `${chat.url}/services/${chatToken}\n`, 'RELEASE.md': afterwards };
    const further = {
      notify: { receivers },
      checklist: 'RELEASE.md',
      secrets: { TOKEN: { reference: 'file:PLACE/token', version: '1' } },
      duties: { tag: { push: 'origin' } },
    };
    watch = await ProcessWatch.start();
    const equipment = { further, files, variables: watch.variables, commit: repository };
    rig = await LocalRig.open({ hold: '3s', deadMansSwitch: '20s' }, equipment);
  });

  after(async () => {
    await watch.stop();
    await rig.close();
    await chat.stop();
  });

  it('fault 56: moves a release to the idle slot and is idempotent about it', async () => {
    const version = await rig.release();
    const deployed = await rig.crossfade('deploy', 'local', version, '--because', hostile);
    expect(deployed.exitCode, deployed.all).to.equal(0);
    const again = await rig.crossfade('deploy', 'local', version);
    expect(again.exitCode, again.all).to.equal(0);
    expect(again.all).to.contain('live in local already');
    const older = await rig.crossfade('deploy', 'local', '1.0.1');
    expect(older.exitCode, older.all).to.equal(3);
    expect(older.all).to.contain(`1.0.1 is an earlier version than ${version}`).and.to.contain('--downgrade');
    await rig.check('after a good deploy');
  });

  it('has tagged what went live, on exactly its commit, here and at origin', async () => {
    const { folder } = rig.project;
    const commit = await git(folder, 'rev-parse', 'HEAD');
    for (const place of [folder, join(folder, 'origin.git')]) {
      const tags = await git(place, 'for-each-ref', '--format=%(refname) %(objecttype) %(*objectname)');
      expect(tags.split('\n').filter((line) => line.startsWith('refs/tags/'))).to.deep.equal([
        `refs/tags/v1.0.1 tag ${commit}`,
        `refs/tags/v1.0.2 tag ${commit}`,
      ]);
    }
  });

  it('tells the chat in the checklist’s words, and carries out by tick what is due, once', async () => {
    const texts = chat.bodies.map(({ text }) => String(text));
    expect(texts.filter((text) => text.includes('has begun'))).to.have.lengthOf(2);
    expect(texts.at(-1)).to.match(/^1\.0\.2 is live, \d+ requests$/);
    chat.received.length = 0;
    const tick = await rig.crossfade('tick', 'local', '--json');
    expect(tick.exitCode, tick.all).to.equal(7);
    const { duties } = JSON.parse(tick.stdout) as { duties: { did: string[]; waits: string[] } };
    expect(duties.did.filter((text) => text.startsWith('asked answers: yes'))).to.have.lengthOf(1);
    expect(duties.waits.filter((text) => text.startsWith('looked (engineer)'))).to.have.lengthOf(2);
    expect(chat.bodies.map(({ text }) => String(text))[0]).to.contain('late: Somebody looked');
    const status = await rig.crossfade('status', 'local');
    expect(status.stdout)
      .to.match(/LATE +Somebody looked \(engineer\), was due/)
      .and.to.contain('retire');
    for (let runs = 0; runs < 2; runs += 1)
      expect((await rig.crossfade('duties', 'done', 'local', 'looked', '--because', 'fine')).exitCode).to.equal(0);
    const again = await rig.crossfade('tick', 'local');
    expect(again.exitCode, again.all).to.equal(0);
    expect(again.stdout).to.equal('nothing was due');
  });

  it('fault 3: rolls back while the stack is locked by somebody else', async () => {
    const before = await rig.live();
    const locks = join(
      rig.project.place,
      'state',
      '.pulumi',
      'locks',
      'organization',
      'shop',
      `local-${before ?? '?'}`,
    );
    await mkdir(locks, { recursive: true });
    const lock = { pid: 4_000_000, username: 'somebody', hostname: 'elsewhere', timestamp: '2026-01-01T00:00:00Z' };
    await writeFile(join(locks, 'foreign.json'), JSON.stringify(lock));
    const back = await rig.crossfade('rollback', 'local', '--because', 'a locked stack');
    await rm(join(locks, 'foreign.json'));
    expect(back.exitCode, back.all).to.equal(0);
    expect(await rig.live()).to.equal(otherColour(before ?? 'blue'));
    await rig.check('after a rollback with a locked stack');
  });

  it('does not roll forward into what was just rolled back', async () => {
    const live = await rig.live();
    const back = await rig.crossfade('rollback', 'local');
    expect(back.exitCode, back.all).to.equal(3);
    expect(back.all).to.contain('was rolled back by run');
    expect(await rig.live()).to.equal(live);
  });

  it("fault 24: rolls back while Pulumi's state is destroyed", async () => {
    expect((await rig.crossfade('deploy', 'local', await rig.release())).exitCode).to.equal(0);
    const live = await rig.live();
    const state = join(rig.project.place, 'state', '.pulumi', 'stacks', 'shop', `local-${live ?? '?'}.json`);
    const whole = await readFile(state, 'utf8');
    await writeFile(state, whole.slice(0, 40));
    const back = await rig.crossfade('rollback', 'local', '--because', 'a destroyed state');
    await writeFile(state, whole);
    expect(back.exitCode, back.all).to.equal(0);
    expect(await rig.live()).to.equal(otherColour(live ?? 'blue'));
    await rig.check('after a rollback with a destroyed state');
  });

  it('fault 67: rolls back while the newest journal is damaged, and says what could not be read', async () => {
    expect((await rig.crossfade('deploy', 'local', await rig.release())).exitCode).to.equal(0);
    const live = await rig.live();
    const newest = (await rig.store.list('journals')).at(-1) ?? '?';
    const line = join(rig.store.place, 'journals', newest, '000000003.json');
    const whole = await readFile(line, 'utf8');
    await writeFile(line, whole.replace('"body"', '"botched"'));
    const seen = await rig.crossfade('status', 'local');
    expect(seen.all).to.contain(`run ${newest} can't be read`);
    expect(seen.exitCode, seen.all).to.equal(0);
    const back = await rig.crossfade('rollback', 'local', '--because', 'a damaged journal');
    await writeFile(line, whole);
    expect(back.exitCode, back.all).to.equal(0);
    expect(back.all)
      .to.contain(`the newest run, ${newest}, can't be read`)
      .and.to.contain('is the slot without traffic');
    expect(await rig.live()).to.equal(otherColour(live ?? 'blue'));
    await rig.check('after a rollback with a damaged journal');
  });

  it('fault 10: gives split traffic that no run owns to the slot that was live last', async () => {
    expect((await rig.crossfade('deploy', 'local', await rig.release())).exitCode).to.equal(0);
    const live = await rig.live();
    const client = await rig.project.client();
    const { reading } = await client.call('read', {});
    await client.call('shift', { weights: { blue: 50, green: 50 }, token: reading.token + 1 });
    const seen = await rig.crossfade('status', 'local');
    expect(seen.all).to.contain('type:  crossfade rollback local');
    const back = await rig.crossfade('rollback', 'local', '--because', 'somebody split it');
    expect(back.exitCode, back.all).to.equal(0);
    expect(back.all).to.contain(`by the records ${live} was live last`);
    expect(await rig.live()).to.equal(live);
    await rig.check('after a split that no run owned');
  });

  it('gives a release no traffic that never becomes healthy, and says why', async () => {
    const live = await rig.live();
    const bad = await rig.crossfade('deploy', 'local', await rig.release(neverHealthy));
    expect(bad.exitCode, bad.all).to.equal(4);
    expect(bad.all).to.match(/health/);
    expect(await rig.live()).to.equal(live);
    await rig.check('after a release that is never healthy');
  });

  it('fault 34: parks at Ctrl-C, with the way back guarded, and resume goes on', async () => {
    const deploy = rig.crossfade('deploy', 'local', await rig.release());
    await rig.untilSplit();
    deploy.kill('SIGINT');
    const parked = await deploy;
    expect(parked.exitCode, parked.all).to.equal(7);
    const resumed = await rig.crossfade('resume', 'local');
    expect(resumed.exitCode, resumed.all).to.equal(0);
    await rig.check('after an interrupt and a resume');
  });

  it('is pre-empted by a rollback from another process', async () => {
    const live = await rig.live();
    const deploy = rig.crossfade('deploy', 'local', await rig.release());
    await rig.untilSplit();
    const began = performance.now();
    const back = await rig.crossfade('rollback', 'local', '--because', 'complaints');
    expect(back.exitCode, back.all).to.equal(0);
    expect(performance.now() - began, 'milliseconds until the rollback was over').to.be.lessThan(20_000);
    const turned = await deploy;
    expect(turned.exitCode, turned.all).to.equal(4);
    expect(turned.all).to.contain('complaints');
    expect(await rig.live()).to.equal(live);
    await rig.check('after a rollback in mid-deploy');
  });

  it('fault 12: refuses a second deploy, naming who holds the lease; the first outlives whoever reads along', async () => {
    const first = rig.crossfade('deploy', 'local', await rig.release());
    await rig.untilSplit();
    first.stdout.destroy();
    const second = await rig.crossfade('deploy', 'local', await rig.release());
    expect(second.exitCode, second.all).to.be.oneOf([3, 6]);
    expect(second.all).to.match(/held by run|is not finished: .* is at work on it/);
    const done = await first;
    expect(done.exitCode, done.all).to.equal(0);
    await rig.check('after two deploys at once');
  });

  it('destroys and makes the idle slot again while the other serves, and refuses the live one', async () => {
    const live = (await rig.live()) ?? 'blue';
    const idle = otherColour(live);
    const refused = await rig.crossfade('slot', 'destroy', 'local', live);
    expect(refused.exitCode, refused.all).to.equal(3);
    for (const verb of ['destroy', 'create']) {
      const changed = await rig.crossfade('slot', verb, 'local', idle);
      expect(changed.exitCode, changed.all).to.equal(0);
    }
    expect(await rig.project.replicas(idle, 'api')).to.have.length(1);
    await rig.check('after the idle slot was made again');
  });

  it('asks the items of its checklist outside of any run, and lets a deploy with a no not begin', async () => {
    const { folder } = rig.project;
    const stack = join(folder, 'Pulumi.local.yaml');
    const before = await readFile(stack, 'utf8');
    await writeFile(stack, before.replace('"checklist":"RELEASE.md"', '"checklist":"ASKED.md"'));
    await writeFile(join(folder, 'ASKED.md'), itsChecklist);
    const version = await rig.release();
    const asked = await rig.crossfade('checklist', 'ask', version, '--json');
    expect(asked.exitCode, asked.all).to.equal(3);
    const schema = z.array(z.object({ id: z.string(), verdict: z.object({ answer: z.string() }), output: z.string() }));
    const answers = schema
      .parse(JSON.parse(asked.stdout))
      .map(({ id, verdict, output }) => [id, verdict.answer, output]);
    expect(answers).to.deep.equal([
      ['plan-exists', 'yes', ''],
      ['tests-pass', 'no', '2 tests failed\n'],
    ]);
    const one = await rig.crossfade('checklist', 'ask', 'local', version, '--item', 'plan-exists');
    expect(one.exitCode, one.all).to.equal(0);
    expect(one.all).to.contain('1 of 1 answer yes');
    const live = await rig.live();
    const refused = await rig.crossfade('deploy', 'local', version);
    await writeFile(stack, before);
    expect(refused.exitCode, refused.all).to.equal(3);
    expect(refused.all)
      .to.match(/Tests pass: no, /)
      .and.to.match(/refused, .*: item-tests-pass/);
    expect(await rig.live()).to.equal(live);
  });

  it('fault 58: starts no program but those that it needs, and none with text of others in its arguments', async () => {
    const noted = await watch.noted();
    const programs = new Set(noted.map(({ program }) => basename(program)));
    expect([...programs].toSorted()).to.deep.equal(['git', 'node', 'pulumi', 'sh']);
    const injected = noted.filter(({ argv }) => argv.some((word) => word.includes('touch injected')));
    expect(injected).to.deep.equal([]);
    const read = noted.filter(({ program, argv }) => basename(program) === 'sh' && argv.includes('-c'));
    expect(read, 'a shell that reads its argument').to.deep.equal([]);
  });

  it('fault 61: gives no process a secret as an argument, and in its environment a service alone', async () => {
    const passphrase = await readFile(rig.project.engine.variables['PULUMI_CONFIG_PASSPHRASE_FILE'] ?? '', 'utf8');
    const holds = (words: readonly string[], ...secrets: string[]): boolean =>
      secretForms(secrets).some((form) => words.some((word) => word.includes(form)));
    const all = [...(await watch.noted()), ...watch.seen()];
    const isService = (environment: readonly string[]) =>
      environment.some((variable) => variable.startsWith('CROSSFADE_SERVICE='));
    const given = all.filter(({ environment }) => holds(environment, secretToken));
    expect(given.length, 'services that were seen with their secret').to.be.greaterThan(3);
    const offenders = all.filter(
      ({ argv, environment }) =>
        holds(argv, secretToken, chatToken, passphrase.trim()) ||
        holds(environment, chatToken, passphrase.trim()) ||
        (holds(environment, secretToken) && !isService(environment)),
    );
    expect(offenders.map(({ argv }) => argv)).to.deep.equal([]);
  });
});

const itsChecklist = `# Release

- [ ] The plan exists <!-- crossfade: id: plan-exists, document: {path: Pulumi.yaml, contains: shop} -->
- [ ] Tests pass <!-- crossfade: id: tests-pass, command: {run: "echo 2 tests failed; exit 1"} -->
- [ ] Somebody looks <!-- crossfade: id: looked-at, moment: after -->
`;
