import { expect } from 'chai';
import { digestOf } from '../../contract/json.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import { awsOutputs, rehearsingOutputs } from '../support/aws-outputs.js';
import { FakeRun, withLive } from '../support/fake-run.js';
import { someRelease, someRules } from '../support/product.js';

type Mode = 'deploy' | 'ahead' | 'never';

const migrations = [{ id: '1_a.sql', phase: 'expand' as const, checksum: digestOf('a'), sql: 'SELECT 1' }];
const places = { aws: awsOutputs(), rehearsing: rehearsingOutputs(), local: undefined };

/** The step or gate of a rehearsal that a deploy has. */
async function planned(outputs: EnvironmentOutputs | undefined, rehearsal: Mode | undefined, first = false) {
  const fake = first ? new FakeRun() : await withLive(someRelease('1.0.0'));
  const rules = someRules({ database: rehearsal === undefined ? {} : { rehearsal } });
  const facts = { ...(await fake.facts()), ...fake.asks(someRelease('2.0.0', { migrations })), rules };
  const { services } = facts.outputs;
  const { steps } = planDeploy({ ...facts, outputs: { ...(outputs ?? facts.outputs), services } });
  const found = steps.find(({ id }) => id === 'rehearse' || id === 'gate-rehearsed');
  return found && `${found.id}: ${found.title}`;
}

const inDeploy = 'rehearse: rehearse the migrations on a copy, with both releases';
const asked = 'gate-rehearsed: the migrations were rehearsed on a copy, with both releases';

describe('where a deploy’s migrations are rehearsed', () => {
  it('is the deploy itself on this machine, and nowhere on AWS unless rehearsals are on: then before it', async () => {
    expect(await planned(places.local, undefined)).to.equal(inDeploy);
    expect(await planned(places.aws, undefined)).to.equal(undefined);
    expect(await planned(places.rehearsing, undefined)).to.equal(asked);
  });

  it('is where the rules say', async () => {
    expect(await planned(places.local, 'never')).to.equal(undefined);
    expect(await planned(places.local, 'ahead')).to.equal(asked);
    expect(await planned(places.rehearsing, 'never')).to.equal(undefined);
    expect(await planned(places.rehearsing, 'deploy')).to.equal(inDeploy);
    expect(await planned(places.aws, 'deploy')).to.equal('rehearse: rehearse the migrations on a copy');
    expect(await planned(places.aws, 'ahead')).to.equal('gate-rehearsed: the migrations were rehearsed on a copy');
  });

  it('is not ahead of a first release, before which there is no backup', async () => {
    expect(await planned(places.local, 'ahead', true)).to.equal(inDeploy);
    expect(await planned(places.rehearsing, 'ahead', true)).to.equal(undefined);
  });
});
