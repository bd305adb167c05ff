import { expect } from 'chai';
import { describeEngineEvent, readEngineEvent } from '../../../platforms/pulumi/event.js';

const metadata = (op: string, type = 'pulumi-nodejs:dynamic/local:Service') => ({
  op,
  type,
  urn: `urn:pulumi:local-blue::shop::crossfade:local:Slot$${type}::local-blue-api`,
});
const said = (event: object): string | undefined => describeEngineEvent(readEngineEvent(JSON.stringify(event))!);

describe('readEngineEvent', () => {
  it('reads the events of an up and passes over what a program prints among them', () => {
    expect(readEngineEvent('{"sequence":1,"cancelEvent":{}}')).to.deep.equal({});
    for (const line of ['hello', '{ not json', '', '{"diagnosticEvent":{"severity":1}}']) {
      expect(readEngineEvent(line), line).to.equal(undefined);
    }
  });
});

describe('describeEngineEvent', () => {
  it('says what is being changed, and nothing of what stays or of the engine itself', () => {
    expect(said({ resourcePreEvent: { metadata: metadata('create') } })).to.equal('creating local-blue-api');
    expect(said({ resourcePreEvent: { metadata: metadata('update') } })).to.equal('updating local-blue-api');
    expect(said({ resourcePreEvent: { metadata: metadata('same') } })).to.equal(undefined);
    expect(said({ resourcePreEvent: { metadata: metadata('create', 'pulumi:pulumi:Stack') } })).to.equal(undefined);
    expect(said({ resOpFailedEvent: { metadata: metadata('create') } })).to.equal('failed: create local-blue-api');
  });
});
