import { expect } from 'chai';
import { PlatformError } from '../../../contract/errors.js';
import { beyondPolicy, followPolicy } from '../../../platforms/aws/snapshot-policy.js';
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

describe('beyondPolicy', () => {
  const keeper = { get: () => Promise.resolve(undefined), put: () => Promise.resolve() };
  const asked = (all: ReturnType<typeof snapshot>[]) =>
    beyondPolicy({ database: known, environment: 'production', keeper }, all, []);

  it('counts whole snapshots of releases only, and names no other: somebody looks at one that failed', async () => {
    const named = (name: string): string => `${prefix}-${name}`;
    const good = [1, 2, 3].map((day) => snapshot(named(`s-${day}`), day));
    const all = [
      snapshot('yours', 1),
      ...good,
      snapshot(named('bad'), 4, 'failed'),
      snapshot(named('new'), 5, 'creating'),
    ];
    const { goes, stays } = await asked(all);
    expect(goes).to.deep.equal([]);
    expect(stays.map(({ name }) => name)).to.deep.equal(['s-3', 's-2', 's-1', 'bad', 'new'].map(named));
    expect(stays.at(-2)?.because).to.equal('RDS calls it failed');
    expect((await asked([...all, snapshot(named('s-4'), 6)])).goes).to.deep.equal([named('s-1')]);
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
