import { expect } from 'chai';
import { createServer, type AddressInfo } from 'node:net';
import { execa } from 'execa';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderStore } from '../../../journal/folder-store.js';
import { saveOutputs } from '../../../journal/outputs.js';
import { newRunId } from '../../../journal/run-id.js';
import type { Journal } from '../../../journal/journal.js';
import { acquireLease } from '../../../journal/acquire-lease.js';
import { FakeRun } from '../../support/fake-run.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { ManualClock } from '../../support/manual-clock.js';
import { localOutputs, someRelease, someServices } from '../../support/product.js';
import { openJournal } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('crossfade, commands that only look', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const crossfade = (...words: string[]) => commandLine(folder.path, ...words);
  const store = () => new FolderStore(join(folder.path, '.crossfade', 'store'));

  beforeEach(() => writeProject(folder.path));

  /** A whole run in the project's store, as the pipeline writes it, under a lease that saw its end. */
  const addRun = async (day: number, token: number, deploy: (fake: FakeRun) => Promise<unknown>): Promise<Journal> => {
    const fake = new FakeRun();
    await deploy(fake);
    const run = newRunId('local', new Date(`2026-01-0${day}T10:00:00Z`));
    const journal = await openJournal(store(), { token, clock: fake.clock }, run);
    const clock = new ManualClock();
    const lease = await acquireLease(store(), { environment: 'local', run, by: 'ada', clock });
    lease.anchorTo(journal);
    for (const { body } of fake.events) await journal.append(body);
    await lease.release();
    return journal;
  };
  const deploy = (version: string) => (fake: FakeRun) => fake.deploy(someRelease(version));

  /** Outputs that name a balancer which is not there. */
  const up = () => saveOutputs(store(), localOutputs(someServices()));

  describe('status', () => {
    it('before the first up says how to bring it up', async () => {
      const said = await crossfade('status');
      expect(said).to.include({ exitCode: 0, stderr: '' });
      expect(said.stdout).to.contain('type:  eval "$(crossfade env local)" && pulumi up --stack local');
    });

    it('answers within five seconds without a balancer, and without Pulumi', async () => {
      await up();
      await addRun(1, 1, deploy('1.0.0'));
      const began = performance.now();
      const said = await crossfade('status', 'local');
      expect(performance.now() - began).to.be.below(5_000);
      expect(said.exitCode).to.equal(0);
      expect(said.stdout).to.match(/live {6}blue 1\.0\.0, since 2026-01-01/);
      expect(said.stdout).to.contain('traffic   not seen: ').and.to.contain('&& pulumi up --stack local');
    });

    it('is data for machines', async () => {
      await up();
      const { stdout } = await crossfade('status', '--json');
      expect(JSON.parse(stdout)).to.include({ environment: 'local', inFlight: null });
    });
  });

  describe('history', () => {
    it('lists runs, newest first, with outcome and duration', async () => {
      const first = await addRun(1, 1, deploy('1.0.0'));
      const second = await addRun(2, 2, (fake) => fake.deploy(someRelease('2.0.0', { requiredSettings: ['TOKEN'] })));
      const { stdout } = await crossfade('history');
      const lines = stdout.trimEnd().split('\n');
      expect(lines).to.have.length(2);
      expect(lines[0])
        .to.match(/deploy of 2\.0\.0 +refused/)
        .and.to.contain(second.run);
      expect(lines[1])
        .to.match(/deploy of 1\.0\.0 +completed +[\d.]+ (ms|s|min) +ada/)
        .and.to.contain(first.run);
      expect((await crossfade('history', '--limit', '1')).stdout).to.not.contain(first.run);
      const data = JSON.parse((await crossfade('history', '--json')).stdout) as { run: string; token: number }[];
      expect(data.map(({ run, token }) => [run, token])).to.deep.equal([
        [second.run, 2],
        [first.run, 1],
      ]);
    });

    it('says that there is nothing yet, and refuses a limit that is none', async () => {
      expect((await crossfade('history')).stdout).to.contain('local has no runs yet');
      const said = await crossfade('history', '--limit', 'many');
      expect(said.exitCode).to.equal(2);
      expect(said.stderr).to.contain('expected a number from 1 to 10000');
    });
  });

  describe('audit verify', () => {
    let journal: Journal;
    const lineOf = (sequence: number) =>
      join(folder.path, '.crossfade/store/journals', journal.run, `${String(sequence).padStart(9, '0')}.json`);

    beforeEach(async () => {
      journal = await addRun(1, 1, deploy('1.0.0'));
    });

    it('proves every journal of the environment, tails included', async () => {
      await addRun(2, 2, deploy('1.0.0'));
      const said = await crossfade('audit', 'verify');
      expect(said.exitCode).to.equal(0);
      expect(said.stdout.match(/tail proven by the lease/g)).to.have.length(2);
      expect(said.stdout).to.contain('2 of 2 journals are as they were written');
    });

    it('points at the event that somebody altered, with exit code 3', async () => {
      const text = await readFile(lineOf(4), 'utf8');
      await writeFile(lineOf(4), text.replace('"by":"ada"', '"by":"eve"'));
      const said = await crossfade('audit', 'verify', journal.run);
      expect(said.exitCode).to.equal(3);
      expect(said.stdout).to.match(/BROKEN {2}local-20260101t100000z-\w+\n +event 4: altered/);
      expect(said.stdout).to.contain('0 of 1 journals');
    });

    it('misses a tail, by the lease or by what was noted elsewhere', async () => {
      const { rm } = await import('node:fs/promises');
      const { sequence = 0, hash = '' } = journal.head ?? {};
      await rm(lineOf(sequence));
      expect((await crossfade('audit', 'verify')).stdout).to.contain(`event ${sequence}: missing`);
      await rm(join(folder.path, '.crossfade/store/leases'), { recursive: true });
      const without = await crossfade('audit', 'verify', journal.run);
      expect(without.exitCode).to.equal(0);
      expect(without.stdout).to.contain('tail not provable');
      const noted = await crossfade('audit', 'verify', journal.run, '--anchor', `${sequence}:${hash}`);
      expect(noted.exitCode).to.equal(3);
    });

    it('is data for machines, and refuses what it does not know', async () => {
      const [verification] = JSON.parse((await crossfade('audit', 'verify', '--json')).stdout) as { run: string }[];
      expect(verification?.run).to.equal(journal.run);
      expect((await crossfade('audit', 'verify', 'local-20260101t100000z-aaaaaa')).exitCode).to.equal(3);
      expect((await crossfade('audit', 'verify', journal.run, '--anchor', 'x')).exitCode).to.equal(2);
    });
  });

  describe('env', () => {
    it('exports what plain pulumi needs, as a shell reads it, and no secret', async function () {
      const said = await crossfade('env', 'local');
      // Without an engine on this machine there is nothing to point at.
      if (said.stderr.includes('Pulumi is not installed')) this.skip();
      expect(said.exitCode).to.equal(0);
      const shown = await execa('sh', ['-c', 'eval "$1"; env', 'sh', said.stdout], { env: {}, extendEnv: false });
      expect(shown.stdout).to.contain(`PULUMI_BACKEND_URL=file://${folder.path}/.crossfade/state`);
      const file = /^PULUMI_CONFIG_PASSPHRASE_FILE=(.*)$/m.exec(shown.stdout)?.[1] ?? '';
      expect(said.stdout).to.not.contain((await readFile(file, 'utf8')).trim());
      expect((await stat(file)).mode & 0o077).to.equal(0);
    });
  });

  describe('doctor', () => {
    it('says what is well, and what to do about the rest', async () => {
      const { stdout } = await crossfade('doctor', 'local');
      expect(stdout).to.match(/^ok {5}node +\d+/m);
      expect(stdout).to.match(/^ok {5}configuration +.*Pulumi\.local\.yaml/m);
      expect(stdout).to.match(/^ok {5}store +.*refuses to write twice/m);
      expect(stdout).to.match(/^\? {6}environment +it was never up\n +→ eval/m);
    });

    it('finds a port that is taken before the first up', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      try {
        await writeProject(folder.path, { more: `    port: ${port}\n` });
        const said = await crossfade('doctor');
        expect(said.exitCode).to.equal(3);
        expect(said.stdout).to.contain(`port ${port} of 127.0.0.1 can't be had: taken`);
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    });

    it('finds a balancer that does not answer, and a store that is none', async () => {
      await up();
      const silent = await crossfade('doctor', '--json');
      expect(silent.exitCode).to.equal(3);
      const checks = JSON.parse(silent.stdout) as { name: string; answer: string; mend?: string }[];
      const balancer = checks.find(({ name }) => name === 'balancer');
      expect(balancer).to.include({ answer: 'no' });
      expect(balancer?.mend).to.be.a('string');

      await writeProject(join(folder.path, 'other'));
      await mkdir(join(folder.path, 'other', '.crossfade'));
      await writeFile(join(folder.path, 'other', '.crossfade', 'store'), 'a file');
      const said = await commandLine(join(folder.path, 'other'), 'doctor');
      expect(said.stdout).to.match(/^WRONG {2}store +.*a file stands where the store has a folder/m);
    });

    it('shows every mistake of a configuration', async () => {
      await writeProject(folder.path, { more: '    port: high\n    colour: blue\n' });
      const { stdout, exitCode } = await crossfade('doctor', 'local');
      expect(exitCode).to.equal(3);
      expect(stdout)
        .to.match(/^WRONG {2}configuration .*:11: .*port: expected number/m)
        .and.to.contain("no key 'colour'");
    });
  });

  it('call an unknown command and an unknown option a mistake of usage', async () => {
    expect((await crossfade('stauts')).exitCode).to.equal(2);
    expect((await crossfade('status', '--force')).exitCode).to.equal(2);
  });
});
