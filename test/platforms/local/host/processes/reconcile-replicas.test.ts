import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsOf } from '../../../../../contract/settings.js';
import { findProcess } from '../../../../../platforms/local/host/processes/process-table.js';
import { observeReplicas } from '../../../../../platforms/local/host/processes/observe-replicas.js';
import {
  readReplicaRecords,
  writeReplicaRecord,
  type ReplicaRecord,
} from '../../../../../platforms/local/host/processes/replica-record.js';
import { reconcileReplicas } from '../../../../../platforms/local/host/processes/reconcile-replicas.js';
import { serviceFolder, type ServiceSpec } from '../../../../../platforms/local/host/processes/service-spec.js';
import { writeArtifact } from '../../../../support/local-artifact.js';

const answering = `
const { createServer } = require('node:http');
createServer((request, response) => {
  response.statusCode = request.url === '/healthz' ? 200 : 404;
  response.end(JSON.stringify(process.env));
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

describe('reconcileReplicas', () => {
  let directory: string;
  let spec: ServiceSpec;
  let routed: string[][];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'crossfade-processes-'));
    routed = [];
    spec = await specOf(answering);
  });

  afterEach(async () => {
    await reconcile(0);
    await rm(directory, { recursive: true, force: true });
  });

  async function specOf(program: string, changes: Partial<ServiceSpec> = {}): Promise<ServiceSpec> {
    const artifact = await writeArtifact(join(directory, 'artifacts'), { 'server.cjs': program });
    return {
      directory,
      environment: 'local',
      colour: 'blue',
      service: 'api',
      kind: 'routed',
      command: [process.execPath, 'server.cjs'],
      replicas: 2,
      stopWithin: 2_000,
      health: { path: '/healthz', within: 5_000, every: 50 },
      version: '1.0.0',
      digest: artifact.digest,
      folder: artifact.folder,
      settings: settingsOf({ values: { GREETING: 'hello' }, secrets: {} }),
      database: null,
      ...changes,
    };
  }

  function reconcile(wanted: number, serving = false, changed: ServiceSpec = spec) {
    const route = (replicas: readonly ReplicaRecord[]): Promise<void> => {
      routed.push(replicas.map(({ replica }) => replica));
      return Promise.resolve();
    };
    return reconcileReplicas(changed, { wanted, serving, route });
  }

  async function ask(record: ReplicaRecord): Promise<Record<string, string>> {
    const answer = await fetch(`http://127.0.0.1:${record.port}/`, { signal: AbortSignal.timeout(2_000) });
    return (await answer.json()) as Record<string, string>;
  }

  it('starts what is missing, routes it when healthy, and gives it its settings but not our environment', async () => {
    process.env['PULUMI_CONFIG_PASSPHRASE_PROBE'] = 'not-for-services';
    const { running } = await reconcile(2);
    delete process.env['PULUMI_CONFIG_PASSPHRASE_PROBE'];
    expect(routed).to.deep.equal([[], ['replica-1', 'replica-2']]);
    const seen = await ask(running[1]!);
    expect(seen).to.include({ GREETING: 'hello', CROSSFADE_COLOUR: 'blue', CROSSFADE_REPLICA: 'replica-2' });
    expect(seen).to.include({ CROSSFADE_VERSION: '1.0.0', CROSSFADE_DIGEST: spec.digest, PORT: `${running[1]!.port}` });
    expect(seen).to.not.have.property('PULUMI_CONFIG_PASSPHRASE_PROBE');
  });

  it('changes nothing the second time', async () => {
    const first = await reconcile(2);
    const again = await reconcile(2);
    expect(again).to.include({ kept: 2, started: 0, stopped: 0 });
    expect(again.running).to.deep.equal(first.running);
  });

  it('replaces a replica that was killed, and one whose pid belongs to another process now', async () => {
    const { running } = await reconcile(2);
    process.kill(running[0]!.pid, 'SIGKILL');
    const stranger = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'], { stdio: 'ignore' });
    try {
      process.kill(-running[1]!.pid, 'SIGKILL');
      await writeReplicaRecord(serviceFolder(spec), { ...running[1]!, pid: stranger.pid! });
      const healed = await reconcile(2);
      expect(healed).to.include({ kept: 0, started: 2 });
      expect(await findProcess(stranger.pid!), 'the stranger still runs').to.not.equal(undefined);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('starts the next ones before it stops the others where users arrive, the other way round where none do', async () => {
    const first = await reconcile(1);
    const next = await specOf(`${answering}// next`, { version: '2.0.0' });
    routed = [];
    const { running } = await reconcile(1, true, next);
    expect(routed).to.deep.equal([['replica-2']]);
    expect(await findProcess(first.running[0]!.pid)).to.equal(undefined);
    expect((await ask(running[0]!))['CROSSFADE_VERSION']).to.equal('2.0.0');
    routed = [];
    await reconcile(1, false);
    expect(routed).to.deep.equal([[], ['replica-1']]);
  });

  it('finds a process whose pid file was never written, and stops it', async () => {
    const { running } = await reconcile(1);
    await rm(join(serviceFolder(spec), 'replica-1.json'));
    await reconcile(0);
    expect(await findProcess(running[0]!.pid)).to.equal(undefined);
  }).timeout(10_000);

  it('says what a replica logged last when it crashes at start, without its secrets, and leaves nothing running', async () => {
    await writeFile(join(directory, 'token'), 'open-sesame-123\n');
    const settings = settingsOf({ values: {}, secrets: { TOKEN: { reference: 'file:token', version: '1' } } });
    const crashing = `console.error('cannot use ' + process.env.TOKEN); process.exit(3);`;
    const error = await reconcile(2, false, await specOf(crashing, { settings })).catch((thrown: unknown) => thrown);
    expect(error).to.be.an('error').with.property('code', 'platform');
    expect(String(error)).to.match(/api 1\.0\.0 in blue: replica-\d did not get healthy: it ended by itself/);
    expect(String(error)).to.contain('cannot use [redacted]').and.not.contain('open-sesame');
    expect(await readReplicaRecords(serviceFolder(spec))).to.deep.equal([]);
  });

  it('gives up on a replica that hangs, in the time it was given, and kills it when it will not stop', async () => {
    const deaf = `process.on('SIGTERM', () => {}); console.log('waiting'); setInterval(() => {}, 1000);`;
    const changes = { stopWithin: 200, replicas: 1, health: { path: '/healthz', within: 1_000, every: 50 } };
    const began = performance.now();
    const error = await reconcile(1, false, await specOf(deaf, changes)).catch((thrown: unknown) => thrown);
    expect(String(error)).to.contain('/healthz does not answer').and.contain('waiting');
    expect(performance.now() - began).to.be.lessThan(4_000);
    expect(await readReplicaRecords(serviceFolder(spec))).to.deep.equal([]);
  });

  it('fault 14: sees what really runs: another digest once the files were changed', async () => {
    const { running } = await reconcile(1);
    const [before] = await observeReplicas(running, () => '/healthz');
    expect(before).to.deep.include({ digest: spec.digest, because: undefined });
    await writeFile(join(spec.folder, 'server.cjs'), 'changed');
    const [after] = await observeReplicas(running, () => '/healthz');
    expect(after!.digest)
      .to.match(/^sha256:/)
      .and.not.equal(spec.digest);
  });

  it('keeps secrets out of the arguments and the pid files', async () => {
    await writeFile(join(directory, 'token'), 'open-sesame-123');
    const settings = settingsOf({ values: {}, secrets: { TOKEN: { reference: 'file:token', version: '1' } } });
    const { running } = await reconcile(1, false, { ...spec, settings });
    expect((await ask(running[0]!))['TOKEN']).to.equal('open-sesame-123');
    const written = await readFile(join(serviceFolder(spec), 'replica-1.json'), 'utf8');
    const argv = await readFile(`/proc/${running[0]!.pid}/cmdline`, 'utf8').catch(() => '');
    expect(written + argv).to.not.contain('open-sesame');
  });
});
