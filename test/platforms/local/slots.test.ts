import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalOutputs } from '../../../contract/outputs.js';
import { settingsOf } from '../../../contract/settings.js';
import { slotInputSchema } from '../../../contract/slot-input.js';
import { weightsTo } from '../../../contract/weights.js';
import type { Slots } from '../../../pipeline/ports/slots.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { balancerClient, type BalancerClient } from '../../../platforms/local/host/balancer/client.js';
import { startBalancer, stopBalancer } from '../../../platforms/local/host/balancer/start.js';
import { isAlive, readReplicaRecords } from '../../../platforms/local/host/processes/replica-record.js';
import { serviceFolder } from '../../../platforms/local/host/processes/service-spec.js';
import { writeOwner } from '../../../platforms/local/ownership.js';
import { implementations } from '../../../platforms/local/provider.js';
import { localSlots } from '../../../platforms/local/slots.js';
import { writeArtifact } from '../../support/local-artifact.js';
import { localOutputs } from '../../support/local-outputs.js';
import { answeringService } from '../../support/local-project.js';

type Engine = Parameters<typeof localSlots>[0]['engine'];

/** The platform's side of a slot, with its resources made and deleted as the engine would, but without the engine. */
describe('localSlots', function () {
  this.timeout(30_000);
  let folder: string;
  const work: Work = { signal: new AbortController().signal, say: () => undefined };
  let outputs: LocalOutputs;
  let client: BalancerClient;
  let slots: Slots;
  let made: { kind: 'service' | 'slot'; id: string; properties: Record<string, unknown> }[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossfade-slots-'));
    made = [];
    outputs = localOutputs(['api', 'worker'], {}, folder);
    const { adminSocket, testSocket } = outputs.balancer;
    await startBalancer({
      directory: join(folder, 'balancer'),
      port: 0,
      adminSocket,
      testSocket,
      affinity: 'none',
    });
    client = balancerClient(adminSocket);
    const health = { path: '/healthz', everyMilliseconds: 100 };
    await client.call('putRoutes', { routes: { api: { path: '/', health } } });
    slots = localSlots({ outputs, engine: engine(), client });
  });

  afterEach(async () => {
    await client.call('removeTargets', { colour: 'blue', abandon: true });
    await writeOwner(folder, { services: ['worker'], owner: undefined, token: 1_000 });
    await client.call('close', { services: ['api'], token: 1_000 });
    await slots.destroy('blue', work);
    await stopBalancer({ directory: join(folder, 'balancer'), adminSocket: client.adminSocket });
    await rm(folder, { recursive: true, force: true });
  });

  /** Deletes dependents first, and stops at the first refusal. */
  function engine(): Engine {
    const result = { outputs: undefined, changes: {}, seconds: 0, stateBefore: undefined };
    return {
      async up(_stack, { input }) {
        if (input === undefined) throw new Error('a run has an input');
        for (const service of ['api', 'worker'] as const)
          await make('service', await service_(service, input.release.version));
        await make('slot', { directory: folder, adminSocket: client.adminSocket, colour: 'blue', input });
        return result;
      },
      async destroy() {
        for (const { kind, id, properties } of [...made].reverse()) await implementations[kind]!.delete(id, properties);
        made = [];
        return result;
      },
    };
  }

  async function make(kind: 'service' | 'slot', properties: Record<string, unknown>): Promise<void> {
    const { id } = await implementations[kind]!.create(properties);
    made.push({ kind, id, properties });
  }

  async function service_(service: 'api' | 'worker', version: string): Promise<Record<string, unknown>> {
    const program = service === 'api' ? answeringService : 'setInterval(() => {}, 1000);';
    const artifact = await writeArtifact(outputs.artifacts, { 'server.cjs': `${program}// ${version}` });
    return {
      directory: folder,
      environment: 'local',
      adminSocket: client.adminSocket,
      colour: 'blue',
      service,
      kind: service === 'api' ? 'routed' : 'background',
      command: [process.execPath, 'server.cjs'],
      replicas: 2,
      stopWithin: 2_000,
      health: { path: '/healthz', within: 10_000, every: 50 },
      version,
      ...artifact,
      settings: settingsOf({ values: {}, secrets: {} }),
    };
  }

  const input = slotInputSchema.parse({
    run: 'one',
    release: {
      format: 1,
      version: '1.0.0',
      commit: { sha: '0'.repeat(40), author: 'somebody' },
      createdAt: '2026-01-01T00:00:00Z',
      artifacts: {},
    },
    settings: settingsOf({ values: {}, secrets: {} }),
    replicas: {},
  });

  const provision = () => slots.provision('blue', input, work);
  const replicas = async () => (await slots.state('blue')).replicas;

  it('does not stand before it was provisioned, nor after it was destroyed', async () => {
    const nothing = { colour: 'blue', standing: false, input: undefined, replicas: [] };
    expect(await slots.state('blue')).to.deep.equal(nothing);
    await provision();
    await slots.destroy('blue', work);
    expect(await slots.state('blue')).to.deep.equal(nothing);
  });

  it('tells its input and what really runs: of a background service nothing while no slot owns its work', async () => {
    await provision();
    const state = await slots.state('blue');
    expect(state).to.deep.include({ standing: true, input });
    expect(state.replicas.map(({ service, id, healthy }) => [service, id, healthy])).to.deep.equal([
      ['api', 'replica-1', true],
      ['api', 'replica-2', true],
    ]);
    expect(state.replicas[0]!.digest).to.equal(made[0]!.properties['digest']);
  });

  it('says which replica has died, and which should be there', async () => {
    await provision();
    const [first] = await readReplicaRecords(serviceFolder({ directory: folder, colour: 'blue', service: 'api' }));
    process.kill(-first!.pid, 'SIGKILL');
    // It closes its sockets before it is gone.
    const deadline = performance.now() + 5_000;
    while ((await isAlive(first!)) && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await writeOwner(folder, { services: ['worker'], owner: 'blue', token: 1 });
    const unhealthy = (await replicas()).filter(({ healthy }) => !healthy);
    expect(unhealthy.map(({ service, id, because }) => [service, id, because])).to.deep.equal([
      ['api', 'replica-1', 'its process has ended'],
      ['worker', 'missing-1', 'it does not run'],
      ['worker', 'missing-2', 'it does not run'],
    ]);
  });

  it("answers the slot's own test route, which is how nobody else gets there", async () => {
    await provision();
    const request = { service: 'api', method: 'GET', path: '/' };
    const answer = await slots.probe('blue', request, AbortSignal.timeout(5_000));
    expect(answer).to.include({ status: 200, body: 'api 1.0.0 blue' });
  });

  it('fault 8: is refused to be destroyed with weight, with requests in flight, or with background work', async () => {
    await provision();
    const refusal = () =>
      slots.destroy('blue', work).then(
        () => 'nothing was refused',
        (error: unknown) => String(error),
      );
    await client.call('open', { services: ['api'], weights: weightsTo('blue', 100), token: 1 });
    expect(await refusal()).to.contain('blue has weight: 100 % of api');
    const { port } = await client.call('read', {});
    const slow = fetch(`http://127.0.0.1:${port}/?slow=800`, { signal: AbortSignal.timeout(5_000) });
    while ((await slots.quiet('blue')).inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await client.call('shift', { weights: weightsTo('green', 100), token: 1 });
    expect(await refusal()).to.contain('blue has 1 requests in flight');
    expect((await slow).status).to.equal(200);
    await writeOwner(folder, { services: ['worker'], owner: 'blue', token: 1 });
    expect(await refusal()).to.contain('blue does the work of worker');
    expect((await replicas()).filter(({ healthy }) => healthy)).to.have.length(2);
  });

  it('refuses each of its resources the same, so that nothing goes before the refusal', async () => {
    await provision();
    await client.call('open', { services: ['api'], weights: weightsTo('blue', 100), token: 1 });
    for (const { kind, id, properties } of made) {
      const error = await implementations[kind]!.delete(id, properties).catch((thrown: unknown) => thrown);
      expect(String(error)).to.contain('blue has weight').and.contain('nothing was touched');
    }
    expect((await replicas()).filter(({ healthy }) => healthy)).to.have.length(2);
  });

  it('sees a dead replica as a difference, and mends it as an update', async () => {
    await provision();
    const { service, ...api } = { service: implementations['service']!, ...made[0]! };
    expect(await service.diff(api.id, api.properties, api.properties)).to.deep.equal({ changes: false });
    const [first] = await readReplicaRecords(serviceFolder({ directory: folder, colour: 'blue', service: 'api' }));
    process.kill(-first!.pid, 'SIGKILL');
    expect(await service.diff(api.id, api.properties, api.properties)).to.deep.equal({ changes: true });
    await service.update(api.id, api.properties, api.properties);
    expect((await replicas()).every(({ healthy }) => healthy)).to.equal(true);
    expect(await service.diff(api.id, api.properties, api.properties)).to.deep.equal({ changes: false });
  });

  it('ends processes that Pulumi knows nothing of when the slot goes', async () => {
    await provision();
    made = [];
    await slots.destroy('blue', work);
    expect(
      await readReplicaRecords(serviceFolder({ directory: folder, colour: 'blue', service: 'api' })),
    ).to.deep.equal([]);
    const { targets } = await client.call('read', {});
    expect(targets.blue).to.deep.equal({});
  });
});
