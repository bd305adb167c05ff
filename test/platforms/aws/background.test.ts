import { expect } from 'chai';
import { FencedError, PlatformError } from '../../../contract/errors.js';
import type { Background } from '../../../pipeline/ports/background.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { awsBackground } from '../../../platforms/aws/background.js';
import type { Fence } from '../../../platforms/aws/fence.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const work: Work = { signal: new AbortController().signal, say: () => undefined };
const both = ['worker', 'scheduler'];

describe('awsBackground', () => {
  let ecs: FakeEcs;
  let background: Background;
  let highest: number;
  const updates = () => ecs.calls.filter((call) => call.startsWith('UpdateService'));

  beforeEach(() => {
    const clock = new LeapingClock();
    ecs = new FakeEcs(clock);
    highest = 0;
    const fence: Fence = {
      admit: (token) => (token < highest ? Promise.reject(new FencedError('taken over')) : Promise.resolve()),
    };
    background = awsBackground({ outputs: awsOutputs(), ecs, fence, clock });
    for (const service of both) for (const colour of ['blue', 'green']) ecs.put(`${service}-${colour}`, 'image', 0);
  });

  it('says which slot does the work: the one whose tasks are asked for', async () => {
    expect(await background.owner()).to.deep.equal({ worker: undefined, scheduler: undefined });
    await ecs.setDesired('worker-blue', 2);
    expect(await background.owner()).to.deep.equal({ worker: 'blue', scheduler: undefined });
  });

  it('names nobody where both slots work', async () => {
    await ecs.setDesired('worker-blue', 2);
    await ecs.setDesired('worker-green', 2);
    expect((await background.owner())['worker']).to.equal(undefined);
  });

  it('stops the work in one slot, waits until it has stopped, and only then starts it in the other', async () => {
    await background.handOver(both, 'blue', 1, work);
    ecs.calls.length = 0;
    await background.handOver(both, 'green', 1, work);
    expect(updates()).to.deep.equal([
      'UpdateService worker-blue 0',
      'UpdateService scheduler-blue 0',
      'UpdateService worker-green 2',
      'UpdateService scheduler-green 1',
    ]);
    const [stop, start] = ['UpdateService scheduler-blue 0', 'UpdateService worker-green 2'].map((call) =>
      ecs.calls.indexOf(call),
    );
    const looks = ecs.calls.slice(stop, start).filter((call) => call === 'DescribeServices');
    expect(looks.length).to.be.greaterThan(2);
    expect(await background.owner()).to.deep.equal({ worker: 'green', scheduler: 'green' });
  });

  it('starts nothing where the work does not stop', async () => {
    await background.handOver(both, 'blue', 1, work);
    ecs.stubborn.add('scheduler-blue');
    const error = await rejection(background.handOver(both, 'green', 1, work), PlatformError);
    expect(error.message).to.match(/scheduler of blue has 1 tasks, and should have 0 by now/);
    expect(updates()).to.not.include('UpdateService worker-green 2');
  });

  it('may be repeated', async () => {
    await background.handOver(both, 'green', 1, work);
    await background.handOver(both, 'green', 1, work);
    expect(await background.owner()).to.deep.equal({ worker: 'green', scheduler: 'green' });
  });

  it('hands over to a slot that has the service only', async () => {
    ecs.remove('scheduler-green');
    const evidence = await background.handOver(both, 'green', 1, work);
    expect(evidence['started']).to.deep.equal(['worker']);
  });

  it('stops for the undo, also twice', async () => {
    await background.handOver(both, 'green', 1, work);
    await background.stop(both, 'green', 1, work);
    await background.stop(both, 'green', 1, work);
    expect(await background.owner()).to.deep.equal({ worker: undefined, scheduler: undefined });
  });

  it('is refused to a runner whose environment was taken over', async () => {
    highest = 2;
    await rejection(background.handOver(both, 'green', 1, work), FencedError);
    await rejection(background.stop(both, 'green', 1, work), FencedError);
    expect(updates()).to.deep.equal([]);
  });
});
