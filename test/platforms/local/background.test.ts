import { expect } from 'chai';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Colour } from '../../../contract/colour.js';
import { settingsOf } from '../../../contract/settings.js';
import type { Background } from '../../../pipeline/ports/background.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { localBackground } from '../../../platforms/local/background.js';
import type { BalancerClient } from '../../../platforms/local/host/balancer/client.js';
import { readReplicaRecords } from '../../../platforms/local/host/processes/replica-record.js';
import { serviceFolder, type ServiceSpec } from '../../../platforms/local/host/processes/service-spec.js';
import { registerService } from '../../../platforms/local/registered-service.js';
import { wantedReplicas } from '../../../platforms/local/run-service.js';
import { localOutputs } from '../../support/local-outputs.js';
import { writeArtifact } from '../../support/local-artifact.js';

/** Says when it works; asked to stop, it finishes what it has begun. */
const worker = `
const { appendFileSync } = require('node:fs');
const say = (word) => appendFileSync(process.env.DIARY, word + ' ' + process.env.CROSSFADE_COLOUR + '\\n');
say('begins');
process.on('SIGTERM', () => setTimeout(() => { say('ends'); process.exit(0); }, 150));
setInterval(() => {}, 1000);
`;

describe('localBackground', () => {
  let directory: string;
  let diary: string;
  let background: Background;
  const work: Work = { signal: new AbortController().signal, say: () => undefined };
  // A service that nobody sends requests to has no business with the balancer.
  const client: BalancerClient = {
    adminSocket: 'none',
    call: (name) => Promise.reject(new Error(`the balancer was asked to ${name}`)),
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'crossfade-background-'));
    diary = join(directory, 'diary');
    await appendFile(diary, '');
    background = localBackground({ outputs: localOutputs(['api', 'scheduler'], {}, directory), client });
    for (const colour of ['blue', 'green'] as const) await registerService(await scheduler(colour));
  });

  afterEach(async () => {
    for (const colour of ['blue', 'green'] as const) await background.stop(['scheduler'], colour, 1_000, work);
    await rm(directory, { recursive: true, force: true });
  });

  async function scheduler(colour: Colour): Promise<ServiceSpec> {
    const { digest, folder } = await writeArtifact(join(directory, 'artifacts'), { 'server.cjs': worker });
    return {
      directory,
      environment: 'local',
      colour,
      service: 'scheduler',
      kind: 'singleton',
      command: [process.execPath, 'server.cjs'],
      replicas: 1,
      stopWithin: 3_000,
      health: { path: '/', within: 5_000, every: 50 },
      version: '1.0.0',
      digest,
      folder,
      settings: settingsOf({ values: { DIARY: diary }, secrets: {} }),
      database: null,
    };
  }

  const running = (colour: Colour) =>
    readReplicaRecords(serviceFolder({ directory, colour, service: 'scheduler' })).then((records) => records.length);

  it('has no owner before the first hand-over, and a slot that does not own the work starts none of it', async () => {
    expect(await background.owner()).to.deep.equal({ scheduler: undefined });
    expect(await wantedReplicas(await scheduler('blue'))).to.equal(0);
  });

  it('lets one finish before the other begins, so that there never are two', async () => {
    await background.handOver(['scheduler'], 'blue', 1, work);
    await background.handOver(['scheduler'], 'green', 2, work);
    expect(await background.owner()).to.deep.equal({ scheduler: 'green' });
    expect([await running('blue'), await running('green')]).to.deep.equal([0, 1]);
    const told = (await readFile(diary, 'utf8')).trim().split('\n');
    expect(told).to.deep.equal(['begins blue', 'ends blue', 'begins green']);
    expect(await wantedReplicas(await scheduler('blue'))).to.equal(0);
    expect(await wantedReplicas(await scheduler('green'))).to.equal(1);
  });

  it('changes nothing the second time', async () => {
    await background.handOver(['scheduler'], 'blue', 1, work);
    await background.handOver(['scheduler'], 'blue', 1, work);
    expect((await readFile(diary, 'utf8')).trim().split('\n')).to.deep.equal(['begins blue']);
  });

  it('stops the work for good, and again', async () => {
    await background.handOver(['scheduler'], 'blue', 1, work);
    await background.stop(['scheduler'], 'blue', 1, work);
    await background.stop(['scheduler'], 'blue', 1, work);
    expect(await background.owner()).to.deep.equal({ scheduler: undefined });
    expect(await running('blue')).to.equal(0);
  });

  it('leaves the work with nobody when the slot that should do it does not have the service', async () => {
    await background.handOver(['scheduler'], 'blue', 1, work);
    await rm(serviceFolder(await scheduler('green')), { recursive: true });
    await background.handOver(['scheduler'], 'green', 2, work);
    expect(await background.owner()).to.deep.equal({ scheduler: undefined });
    expect(await running('blue')).to.equal(0);
  });

  it('refuses a runner whose environment was taken over, before it stops anything', async () => {
    await background.handOver(['scheduler'], 'blue', 7, work);
    const error = await background.handOver(['scheduler'], 'green', 6, work).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'fenced');
    expect(await background.owner()).to.deep.equal({ scheduler: 'blue' });
    expect(await running('blue')).to.equal(1);
  });
});
