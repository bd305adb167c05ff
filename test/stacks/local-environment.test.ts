import { expect } from 'chai';
import { localConfigurationSchema } from '../../contract/configuration.js';
import { localOutputsSchema, type LocalOutputs } from '../../contract/outputs.js';
import { localEnvironment } from '../../stacks/local-environment.js';
import { record } from '../support/pulumi-recorder.js';

const configuration = (changes: object = {}) =>
  localConfigurationSchema.parse({
    platform: 'local',
    product: 'shop',
    backend: 'file://state',
    secretsProvider: 'passphrase',
    store: 'store',
    port: 8081,
    services: {
      api: { kind: 'routed', path: '/api', host: 'shop.test', command: ['node', 'main.mjs'], health: { every: '2s' } },
      worker: { kind: 'background', command: ['node', 'main.mjs'] },
    },
    ...changes,
  });

const answers = {
  outputs: ({ type }: { type: string }): Record<string, unknown> =>
    type.endsWith('Balancer')
      ? { url: 'http://127.0.0.1:8081' }
      : { host: '127.0.0.1', port: 5433, user: 'app', passwordFile: '/shop/password' },
};

function up(changes: object = {}, last?: LocalOutputs, root = '/repository') {
  const program = () => localEnvironment({ environment: 'local', configuration: configuration(changes), root, last });
  return record(program, { answers });
}

async function refusal(changes: object, last?: LocalOutputs): Promise<string> {
  return up(changes, last).then(
    () => 'nothing was refused',
    (error: unknown) => String(error),
  );
}

describe('localEnvironment', () => {
  it('declares a balancer with a route per routed service, and gives all that the pipeline needs', async () => {
    const recording = await up({ database: { name: 'shop' } });
    const { resources, result } = recording;
    expect(resources.map(({ name }) => name)).to.have.members(['local-balancer', 'local-database']);
    const balancer = recording.find('pulumi-nodejs:dynamic/local:Balancer', 'local-balancer');
    expect(balancer.inputs).to.deep.include({
      directory: '/repository/.crossfade/local',
      port: 8081,
      affinity: 'none',
    });
    expect(balancer.inputs['routes']).to.deep.equal({
      api: { path: '/api', host: 'shop.test', health: { path: '/healthz', everyMilliseconds: 2_000 } },
    });
    expect(localOutputsSchema.parse(result)).to.deep.include({
      artifacts: '/repository/store/artifacts',
      database: { host: '127.0.0.1', port: 5433, name: 'shop', user: 'app', passwordFile: '/shop/password' },
    });
  });

  it('fault 9: has no weights among its inputs: they belong to runs', async () => {
    const { resources } = await up();
    expect(JSON.stringify(resources.map(({ inputs }) => ({ ...inputs, __provider: '' })))).to.not.contain('weight');
  });

  it('stays where its first up put it, whatever another checkout calls the same', async () => {
    const last = localOutputsSchema.parse((await up()).result);
    const { result } = await up({}, last, '/another/checkout');
    expect(result).to.deep.equal(last);
    expect(await refusal({ directory: '/elsewhere' }, last)).to.contain("'directory' says /elsewhere");
  });

  it('keeps sockets short enough for the kernel', async () => {
    const { result } = await up({ directory: `/${'long/'.repeat(30)}` });
    const { balancer } = localOutputsSchema.parse(result);
    expect(Buffer.byteLength(balancer.adminSocket)).to.be.at.most(100);
    expect(balancer.adminSocket).to.not.equal(balancer.testSocket);
  });

  it('refuses services without a command, and a store that is no folder', async () => {
    const services = { api: { kind: 'routed' }, web: { kind: 'routed', path: '/web' } };
    expect(await refusal({ services })).to.contain(
      "services api, web: on the local platform a service needs a 'command'",
    );
    expect(await refusal({ store: 's3://bucket/prefix' })).to.contain("'store' is s3://bucket/prefix");
  });
});
