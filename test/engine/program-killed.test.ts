import { expect } from 'chai';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answeringService, localProject, routedApi, type LocalProject } from '../support/local-project.js';

describe('an engine that was killed, is kept out or finds its state destroyed', function () {
  this.timeout(240_000);

  let project: LocalProject;

  before(async () => {
    // The operator works on other projects too: their passphrase must not lock us out of our own.
    process.env['PULUMI_CONFIG_PASSPHRASE'] = 'of another project';
    project = await localProject({ api: routedApi });
    await project.upEnvironment();
  });

  after(() => {
    delete process.env['PULUMI_CONFIG_PASSPHRASE'];
    return project.remove();
  });

  const stateOf = (stack: string): string => join(project.place, 'state', '.pulumi', 'stacks', 'shop', `${stack}.json`);
  const locksOf = (stack: string): string =>
    join(project.place, 'state', '.pulumi', 'locks', 'organization', 'shop', stack);

  async function up(version: string, program = answeringService) {
    const input = await project.input(version, { api: program });
    return project.engine.up('local-blue', { input, work: project.work }).catch((error: unknown) => error);
  }

  it('fault 4: mends itself when it was killed in mid-up: nothing is left locked, and nothing runs twice', async () => {
    const slow = `setTimeout(() => { ${answeringService} }, 3000);`;
    const killed = up('1.0.0', slow);
    const engine = await until(() => runningEngine(project.place));
    await until(async () => (await project.replicas('blue', 'api'))[0]);
    process.kill(engine, 'SIGKILL');
    expect(await killed).to.have.property('code', 'engine');
    expect(String(await killed)).to.contain('was killed');
    expect(await readdir(locksOf('local-blue'))).to.not.deep.equal([]);

    expect(await up('1.0.0', slow)).to.have.nested.property('outputs.input.release.version', '1.0.0');
    expect(await project.replicas('blue', 'api')).to.have.length(1);
    const { targets } = await (await project.client()).call('read', {});
    expect(targets.blue['api']).to.have.length(1);
    expect((await project.engine.exportState('local-blue'))?.pending).to.deep.equal([]);
  });

  it('fault 34: finishes the operation that it has begun when it is interrupted, and leaves nothing locked', async () => {
    const asked = new AbortController();
    const input = await project.input('1.0.1', { api: `setTimeout(() => { ${answeringService} }, 3000);` });
    const interrupted = project.engine
      .up('local-blue', { input, work: { ...project.work, signal: asked.signal } })
      .catch((error: unknown) => error);
    await until(async () => (await project.replicas('blue', 'api')).find(({ version }) => version === '1.0.1'));
    asked.abort(new Error('somebody pressed Ctrl-C'));
    expect(await interrupted).to.have.property('code', 'engine');
    expect(String(await interrupted)).to.contain('was interrupted');
    expect((await readdir(locksOf('local-blue'))).filter((name) => name.endsWith('.json'))).to.deep.equal([]);
    const [replica] = await project.replicas('blue', 'api');
    expect(replica).to.include({ version: '1.0.1' });
    expect(await up('1.0.0')).to.have.nested.property('outputs.input.release.version', '1.0.0');
  });

  it('fault 3: says who holds the lock and what to type, and touches nothing, when it is not its own', async () => {
    const lock = { pid: 4_000_000, username: 'somebody', hostname: 'elsewhere', timestamp: '2026-01-01T00:00:00Z' };
    await mkdir(locksOf('local-blue'), { recursive: true });
    await writeFile(join(locksOf('local-blue'), 'foreign.json'), JSON.stringify(lock));
    const error = await up('1.1.0');
    await rm(join(locksOf('local-blue'), 'foreign.json'));
    expect(error).to.have.property('code', 'engine');
    expect(error).to.have.property('message').that.contains('somebody@elsewhere');
    expect(error).to.have.property('hint').that.contains('pulumi cancel --stack local-blue --yes');
    expect((await project.replicas('blue', 'api')).map(({ version }) => version)).to.deep.equal(['1.0.0']);
  });

  it('fault 24: says how to put a saved state back when its own was cut off', async () => {
    const whole = await readFile(stateOf('local-blue'), 'utf8');
    await writeFile(stateOf('local-blue'), whole.slice(0, whole.length / 2));
    const error = await up('1.1.0');
    await writeFile(stateOf('local-blue'), whole);
    expect(error).to.have.property('code', 'engine');
    expect(error).to.have.property('hint').that.contains('pulumi stack import --stack local-blue');
    expect(await up('1.1.0')).to.have.nested.property('outputs.input.release.version', '1.1.0');
  });
});

async function runningEngine(place: string): Promise<number | undefined> {
  const folder = join(place, 'local', 'engines');
  const name = (await readdir(folder).catch(() => [])).find((each) => each.endsWith('.json'));
  if (name === undefined) return undefined;
  return (JSON.parse(await readFile(join(folder, name), 'utf8')) as { pid: number }).pid;
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = performance.now() + 90_000;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(50);
  }
  throw new Error('it did not come in time');
}
