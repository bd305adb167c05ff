import { expect } from 'chai';
import fc from 'fast-check';
import { PlatformError } from '../../../contract/errors.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { RdsApi, RdsInstance, RdsSnapshot } from '../../../platforms/aws/rds-api.js';
import { rdsSnapshots, snapshotName } from '../../../platforms/aws/snapshots.js';
import { TransientError } from '../../../platforms/aws/transient-error.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { someInstance } from '../../support/fake-rds.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

const database = awsOutputs().database!;
const work: Work = { signal: new AbortController().signal, say: () => undefined };
const named = 'shop-production-database-release-run-1';

describe('snapshotName', () => {
  it('is one that RDS takes, and the same each time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (name) => {
        const made = snapshotName('shop', name);
        expect(made).to.match(/^[a-z](?:-?[a-z0-9])*$/);
        expect(made.length).to.be.at.most(255);
        expect(snapshotName('shop', name)).to.equal(made);
      }),
    );
  });
});

describe('rdsSnapshots', () => {
  let clock: LeapingClock;
  let snapshot: RdsSnapshot | undefined;
  let instance: RdsInstance | undefined;
  let created: string[];
  let becomes: string;
  let throttled: number;
  let replyLost: boolean;
  let snapshots: ReturnType<typeof rdsSnapshots>;

  const arrive = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    if (throttled === 0) return;
    throttled -= 1;
    throw new TransientError('Throttling');
  };

  const api: Pick<RdsApi, 'instance' | 'snapshot' | 'createSnapshot'> = {
    instance: async () => {
      await arrive();
      return instance;
    },
    snapshot: async () => {
      await arrive();
      if (snapshot && clock.monotonic() >= 60_000) snapshot = { ...snapshot, status: becomes, progressPercent: 100 };
      return snapshot;
    },
    createSnapshot: async (name, of) => {
      await arrive();
      if (snapshot) return 'exists';
      created.push(name);
      snapshot = {
        name,
        instance: of,
        status: 'creating',
        progressPercent: 10,
        encrypted: true,
        kmsKeyArn: database.snapshots.kmsKeyArn,
        engineVersion: '16.4',
        gibibytes: 100,
        createdAt: clock.now(),
      };
      if (!replyLost) return 'created';
      replyLost = false;
      throw new TransientError('the reply was lost');
    },
  };

  beforeEach(() => {
    clock = new LeapingClock();
    snapshot = undefined;
    instance = someInstance({ identifier: database.identifier });
    created = [];
    becomes = 'available';
    throttled = 0;
    replyLost = false;
    snapshots = rdsSnapshots({ api, database, environment: 'production', clock });
  });

  it('takes one, waits until it is whole, and says what it is', async () => {
    const backup = await snapshots.backUp('run-1', work);
    expect(created).to.deep.equal([named]);
    expect(backup).to.deep.include({ name: 'run-1', bytes: 100 * 2 ** 30 });
    expect(clock.monotonic()).to.be.at.least(60_000);
  });

  it('fault 2: is the same one when the run is resumed', async () => {
    await snapshots.backUp('run-1', work);
    await snapshots.backUp('run-1', work);
    expect(created).to.have.length(1);
  });

  it('fault 32: is taken once although the reply was lost', async () => {
    replyLost = true;
    await snapshots.backUp('run-1', work);
    expect(created).to.have.length(1);
  });

  it('fault 31: outlasts throttling', async () => {
    throttled = 4;
    expect((await snapshots.backUp('run-1', work)).name).to.equal('run-1');
  });

  it('fault 22: fails when the snapshot does', async () => {
    becomes = 'failed';
    const error = await rejection(snapshots.backUp('run-1', work), PlatformError);
    expect(error.message).to.equal(`snapshot ${named} failed: nothing was migrated`);
    expect(error.hint).to.match(/aws rds describe-events .* says why; the next run takes one of its own/);
  });

  it('fault 22: does not wait for ever', async () => {
    becomes = 'creating';
    const error = await rejection(snapshots.backUp('run-1', work), PlatformError);
    expect(error.message).to.match(/is still creating after an hour/);
  });

  it('stops waiting when it is interrupted', async () => {
    const reason = new Error('interrupted');
    expect(await rejection(snapshots.backUp('run-1', { ...work, signal: AbortSignal.abort(reason) }))).to.equal(reason);
    expect(created).to.deep.equal([]);
  });

  describe('verified', () => {
    const verify = () => snapshots.verifyBackup('run-1', work);

    it('says yes to one that is whole, encrypted, fresh and of this instance', async () => {
      await snapshots.backUp('run-1', work);
      expect(await verify()).to.deep.include({
        answer: 'yes',
        because: `snapshot ${named} is whole, encrypted and fresh`,
      });
    });

    const faults: readonly [string, Partial<RdsSnapshot>, RegExp][] = [
      ['of another instance', { instance: 'other' }, /it is of other, not of/],
      ['not encrypted', { encrypted: false }, /it is not encrypted/],
      ['encrypted with another key', { kmsKeyArn: 'arn:aws:kms:::key/9' }, /another key than the policy names/],
      ['old', { createdAt: new Date('2025-12-30T12:00:00.000Z') }, /it is 48 hours old/],
      ['too small', { gibibytes: 20 }, /it is of 20 GiB, the instance has 100/],
      ['of another version', { engineVersion: '15.8' }, /it is of PostgreSQL 15.8, the instance runs 16.4/],
    ];
    for (const [what, parts, because] of faults) {
      it(`says no to one that is ${what}`, async () => {
        await snapshots.backUp('run-1', work);
        snapshot = { ...snapshot!, ...parts };
        const verdict = await verify();
        expect(verdict.answer).to.equal('no');
        expect(verdict.because).to.match(because);
      });
    }

    it('says no to one that is not there or not whole', async () => {
      expect((await verify()).because).to.equal(`there is no snapshot ${named}`);
      await snapshots.backUp('run-1', work);
      becomes = 'failed';
      expect((await verify()).because).to.match(/it is failed/);
    });

    it('does not know when RDS does not answer', async () => {
      throttled = 1_000;
      expect((await verify()).answer).to.equal('unknown');
    });
  });
});
