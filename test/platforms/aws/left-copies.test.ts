import { expect } from 'chai';
import { rehearsalFamily } from '../../../contract/aws-names.js';
import type { Leftover } from '../../../pipeline/ports/leftovers.js';
import type { Copies } from '../../../platforms/aws/copies.js';
import { leftCopies } from '../../../platforms/aws/left-copies.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { FakeTargets } from '../../support/fake-targets.js';
import { LeapingClock } from '../../support/leaping-clock.js';

const outputs = awsOutputs();
const { name: cluster } = outputs.cluster;
const group = 'arn:of-rehearsals';

const copy = (name: string, neededBecause?: string): Leftover => ({
  name,
  madeBy: 'a rehearsal of run 1',
  since: '2026-01-01T10:00:00.000Z',
  bytes: 1,
  place: name,
  neededBecause,
});

describe('what rehearsals and drills have left on AWS', () => {
  let standing: Leftover[];
  let ecs: FakeEcs;
  let targets: FakeTargets;
  let gone: string[];

  const leftovers = () => {
    const clock = new LeapingClock();
    const copies: Copies = {
      open: () => Promise.reject(new Error('nobody makes one')),
      list: () => Promise.resolve(standing),
      sweep: () => {
        const unused = standing.filter(({ neededBecause }) => neededBecause === undefined).map(({ name }) => name);
        standing = standing.filter(({ name }) => !unused.includes(name));
        return Promise.resolve(unused);
      },
      standing: () =>
        Promise.resolve(standing.map(({ name, since }) => ({ identifier: name, run: 'run-1', since: since ?? '' }))),
    };
    return leftCopies({ copies, stage: { outputs, routes: { api: { targetGroupArn: group } }, ecs, targets, clock } });
  };
  const swept = async () => leftovers().sweep({ gone: (name) => gone.push(name), say: () => undefined });

  beforeEach(() => {
    gone = [];
    ecs = new FakeEcs(new LeapingClock());
    targets = new FakeTargets();
    ecs.foreign.push(
      { family: rehearsalFamily(cluster, 'api'), arn: 'arn:task-1', startedBy: 'run-1' },
      { family: rehearsalFamily(cluster), arn: 'arn:task-2', startedBy: 'run-1' },
      { family: 'somebody-elses', arn: 'arn:task-3', startedBy: 'them' },
    );
    targets.put(group, '10.0.0.1');
  });

  it('are copies, and tasks that run on them, which stop once no copy is needed', async () => {
    standing = [copy('old-copy')];
    const told = (await leftovers().list()).map(({ name, neededBecause }) => [name, neededBecause]);
    expect(told).to.have.deep.members([
      ['old-copy', undefined],
      ['arn:task-1', undefined],
      ['arn:task-2', undefined],
    ]);
    await swept();
    expect(gone).to.have.members(['old-copy', 'arn:task-1', 'arn:task-2']);
    expect(ecs.stopped).to.have.members(['arn:task-1', 'arn:task-2']);
    expect(targets.addresses(group)).to.deep.equal([]);
  });

  it('are let alone as long as somebody may be at work on a copy', async () => {
    standing = [copy('old-copy'), copy('young-copy', 'who made it may be at work on it')];
    const tasks = (await leftovers().list()).filter(({ name }) => name.startsWith('arn:'));
    expect(tasks.map(({ neededBecause }) => neededBecause)).to.deep.equal([
      'it may be of run run-1, whose copy stands',
      'it may be of run run-1, whose copy stands',
    ]);
    await swept();
    expect(gone).to.deep.equal(['old-copy']);
    expect(ecs.stopped).to.deep.equal([]);
    expect(targets.addresses(group)).to.deep.equal(['10.0.0.1']);
  });
});
