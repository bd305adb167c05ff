import { expect } from 'chai';
import { LocalSlot } from '../../../components/local/slot.js';
import { slotOutputsSchema } from '../../../contract/outputs.js';
import { localSlot } from '../../../stacks/local-slot.js';
import { localOutputs, slotInput } from '../../support/local-outputs.js';
import { record } from '../../support/pulumi-recorder.js';

const environment = localOutputs(['api', 'worker']);
const input = { ...slotInput('1.0.0', ['api', 'worker']), replicas: { api: 3 } };
const { api, worker } = environment.services;
const options = { environment, colour: 'blue', input, services: { api: api!, worker: worker! } } as const;

describe('LocalSlot', () => {
  it('makes one service per artifact, and a record that depends on all of them', async () => {
    const command = ['node', 'server.cjs'];
    const services = { api: { ...api!, command }, worker: { ...worker!, command } };
    const recording = await record(() => {
      new LocalSlot('local-blue', { ...options, services });
    });
    expect(recording.resources.map(({ name, parent }) => [name, parent])).to.have.deep.members([
      ['local-blue', undefined],
      ['local-blue-api', 'local-blue'],
      ['local-blue-worker', 'local-blue'],
      ['local-blue-record', 'local-blue'],
    ]);
    expect(recording.find('pulumi-nodejs:dynamic/local:Service', 'local-blue-api').inputs).to.deep.include({
      colour: 'blue',
      service: 'api',
      kind: 'routed',
      replicas: 3,
      version: '1.0.0',
      folder: `/shop/artifacts/${'100'.padStart(64, '0')}`,
      health: { path: '/healthz', within: 30_000, every: 1_000 },
      settings: input.settings,
    });
    const slotRecord = recording.find('pulumi-nodejs:dynamic/local:Slot', 'local-blue-record');
    expect(slotRecord.dependsOn).to.have.members(['local-blue-api', 'local-blue-worker']);
    expect(slotRecord.inputs['input']).to.deep.equal(input);
  });

  it('gives outputs that a later up can reproduce it from', async () => {
    const { result } = await record(() => localSlot(options));
    expect(slotOutputsSchema.parse(result)).to.deep.include({ input, services: options.services });
  });
});
