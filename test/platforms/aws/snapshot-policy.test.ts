import { expect } from 'chai';
import { PlatformError } from '../../../contract/errors.js';
import { followPolicy, surplusOf } from '../../../platforms/aws/snapshot-policy.js';
import type { RdsApi, RdsSnapshot } from '../../../platforms/aws/rds-api.js';
import { writeSlotRecord } from '../../../platforms/aws/slot-record.js';
import { TransientError } from '../../../platforms/aws/transient-error.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const known = awsOutputs().database!;
const { prefix } = known.snapshots;
const snapshot = (name: string, day: number, status = 'available') => ({
  name,
  status,
  createdAt: new Date(Date.UTC(2026, 0, day)),
});

describe('surplusOf', () => {
  it('names the oldest beyond the number to keep, and none that is needed', () => {
    const all = [1, 2, 3, 4, 5, 6].map((day) => snapshot(`s-${day}`, day));
    expect(surplusOf(all, 3, [])).to.deep.equal(['s-1', 's-2', 's-3']);
    expect(surplusOf(all, 3, ['s-2', 's-6'])).to.deep.equal(['s-1', 's-3']);
    expect(surplusOf(all, 6, [])).to.deep.equal([]);
  });

  it('lets one that failed evict no good one', () => {
    const all = [snapshot('s-1', 1), snapshot('s-2', 2), snapshot('bad', 3, 'failed'), snapshot('new', 4, 'creating')];
    expect(surplusOf(all, 2, [])).to.deep.equal([]);
  });
});

describe('followPolicy', () => {
  let failure: Error | undefined;
  const kept = new Map<string, string>();
  const keeper = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    put: (key: string, text: string) => Promise.resolve(void kept.set(key, text)),
  };
  const follow = () => {
    const all = ['before-run-0', 'before-run-1', 'before-run-2', 'before-run-3', 'before-run-4'];
    const api = {
      snapshotsOf: () =>
        failure
          ? Promise.reject(failure)
          : Promise.resolve([
              ...all.map((name, index) => snapshot(`${prefix}-${name}`, index + 1)),
              snapshot('somebody-elses', 1),
            ] as RdsSnapshot[]),
    } as unknown as RdsApi;
    return followPolicy(
      { api, database: known, environment: 'production', keeper, clock: new LeapingClock() },
      'before-run-4',
    );
  };

  beforeEach(async () => {
    failure = undefined;
    kept.clear();
    await writeSlotRecord(keeper, 'production', 'blue', { ...awsSlotInput(), run: 'run-0' });
  });

  it('names what is beyond the number to keep, but neither what a standing slot needs nor what others took', async () => {
    expect(await follow()).to.deep.equal({ beyondPolicy: [`${prefix}-before-run-1`] });
  });

  it('stops no release when AWS is busy, and says so; what needs a hand is not hidden', async () => {
    failure = new TransientError('DescribeDBSnapshots: Throttling');
    expect((await follow())['policy']).to.match(/^not followed to its end: /);
    failure = new PlatformError('AccessDenied');
    await rejection(follow(), PlatformError);
  });
});
