import { expect } from 'chai';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalOutputs } from '../../contract/outputs.js';
import { weightsTo } from '../../contract/weights.js';
import { stackPreview } from '../../pipeline/preview/stack-preview.js';
import { readEnvironment } from '../../platforms/local/host/processes/process-table.js';
import { serverAlive } from '../../platforms/local/host/postgres-server.js';
import type { ReplicaRecord } from '../../platforms/local/host/processes/replica-record.js';
import { answeringService, localProject, routedApi, secretToken, type LocalProject } from '../support/local-project.js';

const web = { ...routedApi, path: '/web' };

/** One environment through its life; each test goes on from where the one before left it. */
describe('the Pulumi program with the real engine', function () {
  this.timeout(240_000);
  this.bail(true);

  let project: LocalProject;
  let outputs: LocalOutputs;

  before(async () => {
    project = await localProject({ api: routedApi }, { database: { name: 'shop' } });
  });

  after(() => project.remove());

  async function openTo(colour: 'blue' | 'green', services: readonly string[]): Promise<void> {
    const client = await project.client();
    const { reading } = await client.call('read', {});
    const asked = { token: reading.token + 1 };
    await client.call('open', { services: [...services], weights: weightsTo(colour, 100), ...asked });
    await client.call('shift', { weights: weightsTo(colour, 100), ...asked });
  }

  function ask(path = '/'): Promise<string> {
    return fetch(`${outputs.balancer.url}${path}`, { signal: AbortSignal.timeout(5_000) }).then((answer) =>
      answer.text(),
    );
  }

  const pids = (records: readonly ReplicaRecord[]): number[] => records.map(({ pid }) => pid);

  it('refuses a slot before its environment is up, and says so in one message', async () => {
    const error = await project.engine
      .up('local-blue', { input: await project.input('1.0.0'), work: project.work })
      .catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'engine');
    expect(String(error)).to.contain('local');
    expect(await readdir(join(project.place, 'local'))).to.not.include('slots');
  });

  it('brings an environment up, with a dark route and a checkout as clean as before', async () => {
    const before = await readFile(join(project.folder, 'Pulumi.local.yaml'), 'utf8');
    outputs = await project.upEnvironment();
    const { reading, port } = await (await project.client()).call('read', {});
    expect(reading).to.deep.include({ services: {}, dark: ['api'] });
    expect(outputs.balancer.url).to.equal(`http://127.0.0.1:${port}`);
    expect(await readFile(join(project.folder, 'Pulumi.local.yaml'), 'utf8')).to.equal(before);
    expect(await readdir(project.folder)).to.not.include('Pulumi.local-blue.yaml');
    expect(outputs.database).to.include({ name: 'shop', host: '127.0.0.1' });
    expect((await serverAlive(outputs)).answer).to.equal('yes');
  });

  it('does not choose a release by itself', async () => {
    const { exitCode, output } = await project.pulumi(['up', '--stack', 'local-blue', '--yes', '--skip-preview']);
    expect(exitCode).to.not.equal(0);
    expect(output).to.contain('has held no release yet').and.contain('crossfade deploy');
    expect(output).to.not.contain('at Object');
  });

  it('fault 24: puts what a run asks for into a slot, and saves the state before', async () => {
    const result = await project.engine.up('local-blue', { input: await project.input('1.0.0'), work: project.work });
    expect(result.changes).to.include({ create: 3 });
    expect(result.outputs).to.have.nested.property('input.release.version', '1.0.0');
    expect(project.said).to.include('creating local-blue-api');
    await openTo('blue', ['api']);
    expect(await ask()).to.equal('api 1.0.0 blue');
    const [replica] = await project.replicas('blue', 'api');
    expect((await readEnvironment(replica!.pid))?.get('TOKEN') ?? secretToken).to.equal(secretToken);
  });

  it('reproduces exactly that in a plain up, and changes nothing', async () => {
    const before = await project.replicas('blue', 'api');
    const { exitCode, output } = await project.pulumi(['up', '--stack', 'local-blue', '--yes', '--skip-preview']);
    expect(exitCode, output).to.equal(0);
    expect(output).to.match(/Resources:\s+4 unchanged/);
    expect(await project.replicas('blue', 'api')).to.deep.equal(before);
  });

  it('previews environment and slot as unchanged', async () => {
    for (const stack of ['local', 'local-blue']) {
      const answer = await project.engine.preview(stack, { work: project.work });
      const { hidden, changes } = stackPreview(stack, answer!, { live: ['blue'], liveBecause: '' });
      expect({ hidden, changes }, stack).to.deep.equal({ hidden: [], changes: [] });
    }
    expect(await project.engine.preview('local-green', { work: project.work })).to.equal(undefined);
  });

  it('does the same from a fresh clone, and from a checkout with other definitions', async () => {
    const before = await project.replicas('blue', 'api');
    const stale = await project.checkout({ api: { ...routedApi, stopWithin: '9s', replicas: 3 }, web });
    const { exitCode, output } = await project.pulumi(
      ['up', '--stack', 'local-blue', '--yes', '--skip-preview'],
      stale,
    );
    expect(exitCode, output).to.equal(0);
    expect(output).to.match(/Resources:\s+4 unchanged/);
    expect(await project.replicas('blue', 'api')).to.deep.equal(before);
    expect(await ask()).to.equal('api 1.0.0 blue');
  });

  it('refuses a release that somebody wrote into a stack file, and unknown keys', async () => {
    const file = join(project.folder, 'Pulumi.local-blue.yaml');
    const salted = await readFile(file, 'utf8');
    const other = { ...(await project.input('6.6.6')), run: 'by-hand' };
    await writeFile(file, `${salted}\nconfig: ${JSON.stringify({ 'crossfade:run': other })}\n`);
    const release = await project.pulumi(['preview', '--stack', 'local-blue']);
    expect(release.exitCode).to.not.equal(0);
    expect(release.output).to.contain('another release or other settings').and.contain('crossfade deploy');
    await writeFile(file, `${salted}\nconfig: { "crossfade:release": 6.6.6 }\n`);
    const unknown = await project.pulumi(['preview', '--stack', 'local-blue']);
    expect(unknown.exitCode).to.not.equal(0);
    expect(unknown.output).to.contain("expected no key 'crossfade:release'");
    await rm(file);
  });

  it('fails an up whose replica crashes, with its last words, and goes back to what stood by a plain one', async () => {
    await project.engine.up('local-green', { input: await project.input('1.1.0'), work: project.work });
    const crashing = `console.error('no such table: orders'); process.exit(1);`;
    const bad = await project.input('1.2.0', { api: crashing });
    const error = await project.engine
      .up('local-green', { input: bad, work: project.work })
      .catch((thrown: unknown) => thrown);
    expect(String(error)).to.contain('did not get healthy').and.contain('no such table: orders');
    expect(await project.replicas('green', 'api')).to.deep.equal([]);
    const { exitCode, output } = await project.pulumi(['up', '--stack', 'local-green', '--yes', '--skip-preview']);
    expect(exitCode, output).to.equal(0);
    expect((await project.replicas('green', 'api')).map(({ version }) => version)).to.deep.equal(['1.1.0']);
    expect(await ask()).to.equal('api 1.0.0 blue');
  });

  it('refuses to destroy the slot with weight before anything is touched', async () => {
    const before = await project.replicas('blue', 'api');
    const { exitCode, output } = await project.pulumi(['destroy', '--stack', 'local-blue', '--yes', '--skip-preview']);
    expect(exitCode).to.not.equal(0);
    expect(output).to.contain('blue has weight: 100 % of api');
    expect(await project.replicas('blue', 'api')).to.deep.equal(before);
    const state = await project.engine.exportState('local-blue');
    expect(state?.resources.map(({ type }) => type)).to.include.members([
      'pulumi-nodejs:dynamic/local:Service',
      'pulumi-nodejs:dynamic/local:Slot',
    ]);
    expect(await ask()).to.equal('api 1.0.0 blue');
  });

  it('destroys the idle slot and makes it again while the other serves, and no request fails', async () => {
    let asked = 0;
    const failed: string[] = [];
    const load = new AbortController();
    const loading = (async () => {
      while (!load.signal.aborted) {
        const said = await ask('/?slow=5').catch((error: unknown) => String(error));
        asked += 1;
        if (said !== 'api 1.0.0 blue') failed.push(said);
      }
    })();
    const destroyed = await project.engine.destroy('local-green', { work: project.work });
    expect(destroyed.changes).to.include({ delete: 4 });
    expect(await readdir(join(project.place, 'local', 'slots', 'green', 'services'))).to.deep.equal([]);
    await project.engine.up('local-green', { input: await project.input('1.3.0'), work: project.work });
    load.abort();
    await loading;
    expect(failed).to.deep.equal([]);
    expect(asked).to.be.greaterThan(20);
  });

  it('starts again by a plain up what was killed by hand', async () => {
    const before = await project.replicas('blue', 'api');
    for (const { pid } of before) process.kill(-pid, 'SIGKILL');
    const { exitCode, output } = await project.pulumi(['up', '--stack', 'local-blue', '--yes', '--skip-preview']);
    expect(exitCode, output).to.equal(0);
    expect(pids(await project.replicas('blue', 'api')))
      .to.have.length(1)
      .and.not.deep.equal(pids(before));
    expect(await ask()).to.equal('api 1.0.0 blue');
  });

  it('fault 40: brings a killed balancer back by a plain up of the environment, with the weights as they were', async () => {
    const { pid } = await (await project.client()).call('read', {});
    process.kill(pid, 'SIGKILL');
    const { exitCode, output } = await project.pulumi(['up', '--stack', 'local', '--yes', '--skip-preview']);
    expect(exitCode, output).to.equal(0);
    expect((await (await project.client()).call('read', {})).pid).to.not.equal(pid);
    expect(await ask()).to.equal('api 1.0.0 blue');
    expect((await serverAlive(outputs)).answer).to.equal('yes');
  });

  it('adds a service dark, and takes a plain up of the live slot no further', async () => {
    await project.configure({ api: routedApi, web });
    await project.upEnvironment();
    const { reading } = await (await project.client()).call('read', {});
    expect(reading.dark).to.deep.equal(['web']);
    expect(reading.services['api']).to.deep.equal({ blue: 100, green: 0 });
    const plain = await project.pulumi(['up', '--stack', 'local-blue', '--yes', '--skip-preview']);
    expect(plain.output).to.match(/Resources:\s+4 unchanged/);
    const both = { api: answeringService, web: answeringService };
    await project.engine.up('local-green', { input: await project.input('2.0.0', both), work: project.work });
    expect(await project.replicas('green', 'web')).to.have.length(1);
    await openTo('green', ['web']);
    expect(await ask('/web')).to.equal('web 2.0.0 green');
    expect(await ask('/')).to.equal('api 2.0.0 green');
  });

  it('keeps the route and the processes of a removed service until a run ends them', async () => {
    await project.configure({ api: routedApi });
    await project.upEnvironment();
    expect(await ask('/web')).to.equal('web 2.0.0 green');
    const plain = await project.pulumi(['up', '--stack', 'local-green', '--yes', '--skip-preview']);
    expect(plain.output).to.match(/Resources:\s+5 unchanged/);
    expect(await ask('/web')).to.equal('web 2.0.0 green');
  });

  it('refuses to destroy an environment that still has slots', async () => {
    const { exitCode, output } = await project.pulumi(['destroy', '--stack', 'local', '--yes', '--skip-preview']);
    expect(exitCode).to.not.equal(0);
    expect(output).to.contain('slot blue still stands');
    expect((await serverAlive(outputs)).answer).to.equal('yes');
    expect(await ask('/')).to.equal('api 2.0.0 green');
  });

  it('goes as a whole once its routes are closed and its slots are destroyed', async () => {
    const client = await project.client();
    const { reading } = await client.call('read', {});
    await client.call('close', { services: Object.keys(reading.services), token: reading.token + 1 });
    for (const stack of ['local-blue', 'local-green', 'local']) {
      await project.engine.destroy(stack, { work: project.work });
    }
    expect(await client.call('read', {}).catch((error: unknown) => error)).to.have.property('code', 'platform');
    const saved = await readdir(join(project.place, 'store', 'states'));
    expect(saved).to.have.members(['local', 'local-blue', 'local-green']);
  });

  it('has written no secret down: not in states, their history and backups, not in logs and pid files', async () => {
    const written: string[] = [];
    for (const folder of ['state', 'store', 'local']) {
      const names = await readdir(join(project.place, folder), { recursive: true, withFileTypes: true });
      const files = names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
      for (const file of files) if ((await readFile(file, 'latin1')).includes(secretToken)) written.push(file);
    }
    expect(written).to.deep.equal([]);
  });
});
