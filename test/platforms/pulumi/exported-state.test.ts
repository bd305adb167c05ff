import { expect } from 'chai';
import { readExportedState, withoutPending } from '../../../platforms/pulumi/exported-state.js';

const stack = (outputs: object) => ({
  urn: 'urn:pulumi:s::p::pulumi:pulumi:Stack::s',
  type: 'pulumi:pulumi:Stack',
  outputs,
});
const text = (deployment: object): string => JSON.stringify({ version: 3, deployment });

describe('readExportedState', () => {
  it('gives the outputs of the last up, and none before the first or after a destroy', () => {
    expect(readExportedState(text({ resources: [stack({ format: 1 })] }))?.outputs).to.deep.equal({ format: 1 });
    expect(readExportedState(text({ resources: [stack({})] }))?.outputs).to.equal(undefined);
    expect(readExportedState(text({}))?.outputs).to.equal(undefined);
  });

  it('tells what an engine had begun when it was killed', () => {
    const resource = { urn: 'urn:pulumi:s::p::a:b:C::api', type: 'a:b:C', inputs: {} };
    const state = readExportedState(text({ resources: [], pending_operations: [{ resource, type: 'creating' }] }));
    expect(state?.pending).to.deep.equal([{ operation: 'creating', urn: resource.urn, type: 'a:b:C' }]);
  });

  it('can be had without that, and with all the rest', () => {
    const resource = { urn: 'urn:pulumi:s::p::a:b:C::api', type: 'a:b:C' };
    const rest = { manifest: { version: 'v3' }, resources: [stack({ format: 1 })], metadata: {} };
    const state = readExportedState(text({ ...rest, pending_operations: [{ resource, type: 'creating' }] }))!;
    expect(JSON.parse(withoutPending(state))).to.deep.equal({
      version: 3,
      deployment: { ...rest, pending_operations: [] },
    });
  });

  it('says undefined for what is no export, whole or torn', () => {
    for (const other of ['', '{"version":3,"deployment":{"resou', '[]', '{"version":"three"}', 'null']) {
      expect(readExportedState(other), other).to.equal(undefined);
    }
  });

  it('has another digest for every other text', () => {
    const [one, other] = [text({ resources: [] }), text({ resources: [stack({})] })].map(readExportedState);
    expect(one?.digest)
      .to.match(/^sha256:/)
      .and.not.equal(other?.digest);
  });
});
