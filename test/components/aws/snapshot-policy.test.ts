import { expect } from 'chai';
import { SnapshotPolicy } from '../../../components/aws/snapshot-policy.js';
import { awsSnapshotsSchema } from '../../../contract/aws-database-configuration.js';
import { awsAnswers } from '../../support/aws-answers.js';
import { record, type Recording } from '../../support/pulumi-recorder.js';

function build(parts: Record<string, unknown> = {}, protect = true): Promise<Recording<unknown>> {
  const args = {
    snapshots: awsSnapshotsSchema.parse(parts),
    accountId: '222222222222',
    databaseArn: 'arn:aws:rds:eu-central-1:222222222222:db:shop',
    keyArn: 'key',
    alarmTopicArn: 'topic',
    protect,
  };
  const program = () => {
    const { vaultArn, copyKeyArn } = new SnapshotPolicy('policy', args);
    return { vaultArn, copyKeyArn };
  };
  return record(program, { answers: awsAnswers });
}

describe('SnapshotPolicy', () => {
  it('backs the database up by the clock, into a vault that nothing empties, even where all else may go', async () => {
    const recording = await build({ schedule: 'cron(0 3 * * ? *)', scheduledKeepDays: 40 });
    const vault = recording.find('aws:backup/vault:Vault', 'policy');
    expect(vault.inputs).to.deep.equal({ kmsKeyArn: 'key' });
    expect(vault).to.include({ protect: true, retainOnDelete: true });
    const unprotected = (await build({}, false)).find('aws:backup/vault:Vault', 'policy');
    expect(unprotected).to.include({ protect: false, retainOnDelete: true });
    const [rule] = recording.find('aws:backup/plan:Plan', 'policy').inputs['rules'] as Record<string, unknown>[];
    expect(rule).to.deep.include({ schedule: 'cron(0 3 * * ? *)', lifecycle: { deleteAfter: 40 }, copyActions: [] });
    expect(recording.find('aws:backup/selection:Selection', 'policy').inputs['resources']).to.deep.equal([
      'arn:aws:rds:eu-central-1:222222222222:db:shop',
    ]);
  });

  it('copies to another region where asked', async () => {
    const recording = await build({ copyTo: 'eu-west-1' });
    const [rule] = recording.find('aws:backup/plan:Plan', 'policy').inputs['rules'] as Record<string, unknown>[];
    expect(rule?.['copyActions']).to.deep.equal([
      {
        destinationVaultArn: 'arn:aws:backup:eu-central-1:222222222222:Vault/policy-copy',
        lifecycle: { deleteAfter: 35 },
      },
    ]);
    const vault = recording.find('aws:backup/vault:Vault', 'policy-copy');
    const key = recording.find('aws:kms/key:Key', 'policy-copy-key');
    expect(vault.inputs).to.deep.equal({
      region: 'eu-west-1',
      kmsKeyArn: 'arn:aws:kms:eu-central-1:222222222222:Key/policy-copy-key',
    });
    expect(key.inputs).to.include({ region: 'eu-west-1', enableKeyRotation: true });
    expect(recording.result).to.deep.include({
      copyKeyArn: 'arn:aws:kms:eu-central-1:222222222222:Key/policy-copy-key',
    });
    for (const kept of [vault, key]) expect(kept).to.include({ protect: true, retainOnDelete: true });
  });

  it('tells somebody when a backup of this database did not succeed', async () => {
    const recording = await build();
    const pattern = recording.find('aws:cloudwatch/eventRule:EventRule', 'policy-failed').inputs[
      'eventPattern'
    ] as string;
    expect(JSON.parse(pattern)).to.deep.equal({
      source: ['aws.backup'],
      'detail-type': ['Backup Job State Change', 'Copy Job State Change'],
      detail: {
        state: ['FAILED', 'ABORTED', 'EXPIRED'],
        $or: [
          { resourceArn: ['arn:aws:rds:eu-central-1:222222222222:db:shop'] },
          { sourceBackupVaultArn: ['arn:aws:backup:eu-central-1:222222222222:Vault/policy'] },
        ],
      },
    });
    expect(recording.find('aws:cloudwatch/eventTarget:EventTarget', 'policy-failed').inputs['arn']).to.equal('topic');
  });

  it("declares no snapshot: what Pulumi doesn't know, it never deletes", async () => {
    expect((await build()).resources.filter((each) => each.type.includes('napshot:'))).to.deep.equal([]);
  });
});
