import { expect } from 'chai';
import { snapshotCopies, type SnapshotCopies } from '../../../platforms/aws/snapshot-copies.js';
import { releaseBackups, type ReleaseBackups } from '../../../platforms/aws/release-backups.js';
import { snapshotName } from '../../../platforms/aws/snapshots.js';
import { PlatformError } from '../../../contract/errors.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { FakeRds } from '../../support/fake-rds.js';
import { rejection } from '../../support/rejection.js';
import { LeapingClock } from '../../support/leaping-clock.js';

const outputs = awsOutputs();
const database = outputs.database!;
const { prefix } = database.snapshots;
const keyArn = 'arn:aws:kms:eu-west-1:222222222222:key/copies';
const named = (run: string): string => snapshotName(prefix, `before-${run}`);

describe('copies of snapshots in another region', () => {
  let clock: LeapingClock;
  let rds: FakeRds;
  let elsewhere: FakeRds;
  let copies: SnapshotCopies;
  let backups: ReleaseBackups;
  let said: string[];
  const work = { signal: new AbortController().signal, say: (line: string) => void said.push(line) };
  const become = (run: string, parts: object) =>
    elsewhere.snapshots.set(named(run), { ...elsewhere.snapshots.get(named(run))!, ...parts });

  beforeEach(() => {
    clock = new LeapingClock();
    said = [];
    rds = new FakeRds(clock);
    rds.keyArn = database.snapshots.kmsKeyArn;
    rds.addInstance({ identifier: database.identifier });
    elsewhere = new FakeRds(clock);
    copies = snapshotCopies({ api: elsewhere, outputs, prefix, to: { region: 'eu-west-1', keyArn }, clock });
    const kept = new Map<string, string>();
    backups = releaseBackups({
      rds,
      database,
      environment: 'production',
      keeper: {
        get: (key) => Promise.resolve(kept.get(key)),
        put: (key, text) => Promise.resolve(void kept.set(key, text)),
      },
      clock,
      inUse: () => Promise.resolve({ identifier: database.identifier, ownerSecretArn: null, restored: undefined }),
      withOwner: () => Promise.reject(new PlatformError('nobody reaches it')),
      copies,
    });
  });

  it('are begun with each release’s snapshot, once, and waited for by no release', async () => {
    const backup = await backups.backUp('before-run-1', work);
    expect(backup.evidence['copy']).to.deep.equal({ region: 'eu-west-1', snapshot: named('run-1') });
    await backups.backUp('before-run-1', work);
    expect([...elsewhere.copiedFrom]).to.deep.equal([
      [named('run-1'), `arn:aws:rds:eu-central-1:222222222222:snapshot:${named('run-1')}`],
    ]);
    expect(elsewhere.snapshots.get(named('run-1'))).to.deep.include({ status: 'creating', kmsKeyArn: keyArn });
    expect((await backups.verifyBackup('before-run-1', work)).answer).to.equal('yes');
  });

  it('are looked at by the next release: how many are whole, and which are no good', async () => {
    for (const run of ['run-1', 'run-2', 'run-3', 'run-4']) await copies.begin(named(run), work);
    become('run-1', { status: 'available' });
    become('run-2', { status: 'failed' });
    become('run-3', { status: 'available', kmsKeyArn: 'another' });
    await backups.backUp('before-run-5', work);
    const { evidence } = await backups.verifyBackup('before-run-5', work);
    expect(evidence['copies']).to.deep.include({ region: 'eu-west-1', whole: 2, underway: 2 });
    expect((evidence['copies'] as { wrong: string[] }).wrong).to.deep.equal([
      `${named('run-2')} has failed`,
      `${named('run-3')} is not encrypted with the key of copies`,
    ]);
    expect(said.join('\n')).to.contain(`the copy in eu-west-1: ${named('run-2')} has failed`);
  });

  it('stop no release when the other region refuses or is busy', async () => {
    elsewhere.denied.add('CopyDBSnapshot');
    elsewhere.throttled = 1_000;
    const backup = await backups.backUp('before-run-1', work);
    expect(backup.evidence['copy']).to.have.property('problem');
    const verdict = await backups.verifyBackup('before-run-1', work);
    expect(verdict.answer).to.equal('yes');
    expect(verdict.evidence['copies']).to.have.property('problem');
    expect(said.join('\n')).to.match(/no copy was begun in eu-west-1: /);
  });

  it('go by the same policy: pruned beyond the number to keep, and none that somebody needs', async () => {
    for (const run of ['run-1', 'run-2', 'run-3', 'run-4', 'run-5']) {
      await backups.backUp(`before-${run}`, work);
      become(run, { status: 'available' });
      clock.leap(60_000);
    }
    const needed = [{ name: 'before-run-1', because: 'asked' }];
    const gone: string[] = [];
    const would = await backups.prune(needed, { dryRun: true, gone: (name) => gone.push(name) });
    expect(would.goes).to.deep.equal([named('run-2'), `${named('run-2')} in eu-west-1`]);
    expect(would.stays).to.have.length(8);
    expect(would.stays).to.deep.include({ name: `${named('run-1')} in eu-west-1`, because: 'asked' });
    expect(elsewhere.snapshots.size).to.equal(5);
    expect(gone).to.deep.equal([]);
    elsewhere.denied.add('DeleteDBSnapshot');
    const refused = await rejection(
      backups.prune(needed, { dryRun: false, gone: (name) => gone.push(name) }),
      PlatformError,
    );
    expect(refused.hint).to.contain('prune as the role that provisions');
    expect(gone, 'what went before').to.deep.equal([named('run-2')]);
    elsewhere.denied.clear();
    await backups.prune(needed, { dryRun: false, gone: (name) => gone.push(name) });
    expect(gone).to.deep.equal(would.goes);
    expect([...elsewhere.snapshots.keys()]).to.deep.equal(['run-1', 'run-3', 'run-4', 'run-5'].map(named));
  });
});
