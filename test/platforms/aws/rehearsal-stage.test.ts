import { expect } from 'chai';
import { RefusedError } from '../../../contract/errors.js';
import { clearStage, refuseOthers } from '../../../platforms/aws/rehearsal-stage.js';
import { rehearsingOutputs } from '../../support/aws-outputs.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { FakeTargets } from '../../support/fake-targets.js';
import { LeapingClock } from '../../support/leaping-clock.js';

const outputs = rehearsingOutputs();
const { routes } = outputs.database!.rehearsal!;
const task = (name: string): string => `arn:aws:ecs:::task/shop/${name}`;

describe('what a killed rehearsal leaves on AWS', () => {
  it('is stopped and taken from its target groups, and nothing else is', async () => {
    const clock = new LeapingClock();
    const ecs = new FakeEcs(clock);
    const targets = new FakeTargets();
    const startedBy = 'a-copy';
    ecs.foreign = [
      { family: 'shop-production_rehearse-api', arn: task('api'), startedBy },
      { family: 'shop-production_rehearse', arn: task('tool'), startedBy },
      { family: 'shop-production-migrate', arn: task('migrates'), startedBy: 'migrate-run-1' },
    ];
    targets.put(routes['api']!.targetGroupArn, '10.0.0.11');
    ecs.throttled = 1;
    expect(await clearStage({ outputs, routes, ecs, targets, clock })).to.deep.equal([task('tool'), task('api')]);
    expect(ecs.stopped).to.deep.equal([task('tool'), task('api')]);
    expect(targets.calls.filter((call) => call.startsWith('Deregister'))).to.deep.equal([
      'DeregisterTargets 10.0.0.11',
    ]);
    expect(await clearStage({ outputs, routes, ecs, targets, clock })).to.deep.equal([]);
  });
});

describe('two rehearsals on AWS', () => {
  const first = { identifier: 'shop-aaaaaaa-copy', run: 'run-1', since: '2026-01-01T12:00:00.000Z' };
  const second = { identifier: 'shop-bbbbbbb-copy', run: 'run-2', since: '2026-01-01T12:00:00.500Z' };
  const refused = (act: () => void) => {
    try {
      act();
    } catch (error) {
      if (error instanceof RefusedError) return error;
      throw error;
    }
    return undefined;
  };

  it('do not begin beside each other', () => {
    const error = refused(() => refuseOthers([first]));
    expect(error?.message).to.equal(
      'another rehearsal is under way: run-1, on shop-aaaaaaa-copy since 2026-01-01T12:00:00.000Z',
    );
    expect(error?.hint).to.contain('aws rds delete-db-instance --db-instance-identifier shop-aaaaaaa-copy ');
    expect(refused(() => refuseOthers([]))).to.equal(undefined);
  });

  it('that began in the same moment leave it to the one whose copy was first', () => {
    for (const standing of [
      [first, second],
      [second, first],
    ]) {
      expect(refused(() => refuseOthers(standing, first))).to.equal(undefined);
      expect(refused(() => refuseOthers(standing, second))?.message).to.contain('run-1');
    }
    const twin = { ...second, since: first.since };
    expect(refused(() => refuseOthers([first, twin], first))).to.equal(undefined);
    expect(refused(() => refuseOthers([first, twin], twin))?.message).to.contain('run-1');
  });
});
