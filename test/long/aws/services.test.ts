import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateDBInstanceCommand, CreateDBSubnetGroupCommand, RDSClient } from '@aws-sdk/client-rds';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect } from 'chai';
import { sdkEcs } from '../../../platforms/aws/sdk-ecs.js';
import { sdkRds } from '../../../platforms/aws/sdk-rds.js';
import { sdkRegistry } from '../../../platforms/aws/sdk-registry.js';
import { sdkScaling } from '../../../platforms/aws/sdk-scaling.js';
import { sdkSchedule } from '../../../platforms/aws/sdk-schedule.js';
import { sdkSecrets } from '../../../platforms/aws/sdk-secrets.js';
import { pushImage } from '../../support/aws/push-image.js';
import { motoCredentials, startMoto, type Moto } from '../../support/moto-server.js';
import { makeSubnets } from '../../support/moto-subnets.js';

Object.assign(process.env, motoCredentials);

/** On AWS's own wire formats. moto runs no tasks and scales nothing: what that would change is tested on fakes. */
describe('clients of AWS, in moto', function () {
  this.timeout(60_000);
  let moto: Moto;
  let place: { region: string; endpoint: string };
  let client: { region: string; endpoint: string };
  before(async function () {
    this.timeout(400_000);
    moto = await startMoto();
    place = { region: 'eu-central-1', endpoint: moto.url };
    client = place;
  });
  after(() => moto.stop());

  it('sdkRds takes a snapshot once, reads it, and knows what is not there', async () => {
    await new RDSClient(client).send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'shop',
        DBInstanceClass: 'db.t4g.small',
        Engine: 'postgres',
        AllocatedStorage: 20,
        MasterUsername: 'crossfade',
        MasterUserPassword: 'not-a-real-one',
      }),
    );
    const rds = sdkRds(place);
    expect(await rds.instance('none')).to.equal(undefined);
    expect(await rds.snapshot('none')).to.equal(undefined);
    expect(await rds.instance('shop')).to.include({ identifier: 'shop', gibibytes: 20 });
    expect(await rds.createSnapshot('shop-1', 'shop', { 'crossfade:backup': 'run-1' })).to.equal('created');
    expect(await rds.createSnapshot('shop-1', 'shop', {})).to.equal('exists');
    expect(await rds.snapshot('shop-1')).to.include({ name: 'shop-1', instance: 'shop', status: 'available' });
  });

  it('sdkRds restores a snapshot to a new instance once, and marks it', async () => {
    const rds = sdkRds(place);
    const { subnetIds: SubnetIds } = await makeSubnets(moto.url);
    const group = { DBSubnetGroupName: 'subnets', DBSubnetGroupDescription: 'isolated', SubnetIds };
    await new RDSClient(client).send(new CreateDBSubnetGroupCommand(group));
    const wanted = {
      identifier: 'shop-release-1',
      snapshot: 'shop-1',
      subnetGroup: 'subnets',
      securityGroupIds: ['sg-1'],
      parameterGroup: 'default.postgres16',
      class: 'db.t4g.small',
      multiAz: false,
      backupRetentionDays: 7,
      deletionProtection: false,
      logs: [],
      tags: { 'crossfade:run': 'run-1' },
    };
    expect(await rds.restore(wanted)).to.equal('created');
    expect(await rds.restore(wanted)).to.equal('exists');
    const [found, ...others] = await rds.instancesNamed('shop-release-');
    expect(others).to.deep.equal([]);
    expect(found).to.deep.include({ identifier: 'shop-release-1', class: 'db.t4g.small' });
    expect(found?.endpoint?.host).to.match(/^shop-release-1\./);
    expect(found?.masterSecret, 'moto keeps no login of a restored instance, like RDS').to.equal(undefined);
    const keyArn = await makeKey(moto.url);
    expect(await rds.keepMasterLogin('shop-release-1', keyArn)).to.equal('asked');
    expect((await rds.instance('shop-release-1'))?.masterSecret?.arn).to.match(/:secret:rds!db-/);
    await rds.tag(found?.arn ?? '', { 'crossfade:state': 'in use' });
    expect((await rds.instance('shop-release-1'))?.tags).to.include({
      'crossfade:run': 'run-1',
      'crossfade:state': 'in use',
    });
  });

  // What moto can't say: an instance that RDS does not delete yet is 'busy', as an instance in `deleting` is.
  it('sdkRds deletes an instance without a last snapshot, and says when it is gone', async () => {
    const rds = sdkRds(place);
    expect(await rds.deleteInstance('shop-release-1')).to.equal('deleting');
    expect(await rds.instance('shop-release-1')).to.equal(undefined);
    expect(await rds.deleteInstance('shop-release-1')).to.equal('gone');
    expect((await rds.snapshotsOf('shop-release-1')).map(({ name }) => name)).to.deep.equal([]);
  });

  it('sdkSecrets gives a secret another value, which is current from then on', async () => {
    const made = await new SecretsManagerClient(client).send(
      new CreateSecretCommand({ Name: 'login', SecretString: '{"host":"one"}' }),
    );
    const secrets = sdkSecrets(place);
    const arn = made.ARN ?? '';
    await secrets.put(arn, '{"host":"other"}');
    expect(await secrets.value(arn)).to.equal('{"host":"other"}');
    const stages = Object.values((await secrets.describe(arn))?.stages ?? {}).flat();
    expect(stages).to.have.members(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('sdkSchedule arms, moves and disarms one schedule, also twice', async () => {
    await new SchedulerClient(client).send(new CreateScheduleGroupCommand({ Name: 'switch' }));
    const schedule = sdkSchedule(place, {
      group: 'switch',
      name: 'armed',
      arn: 'arn:aws:lambda:eu-central-1:222222222222:function:switch',
      roleArn: 'arn:aws:iam::222222222222:role/schedule',
    });
    expect(await schedule.read()).to.equal(undefined);
    for (const at of ['2030-01-01T12:00:01.000Z', '2030-01-01T12:05:00.000Z']) {
      await schedule.write(new Date(at), `{"at":"${at}"}`, `until ${at}`);
      const found = await schedule.read();
      expect(found).to.deep.equal({ at: new Date(at), input: `{"at":"${at}"}`, note: `until ${at}` });
    }
    await schedule.remove();
    await schedule.remove();
    expect(await schedule.read()).to.equal(undefined);
  });

  it('sdkRegistry finds an image by its digest, and none in a repository that is not there', async () => {
    const digest = await pushImage(client, 'shop/api', '1');
    const repository = { accountId: '222222222222', region: 'eu-central-1', name: 'shop/api' };
    const registry = sdkRegistry(place);
    expect(await registry.image(repository, digest)).to.not.equal(undefined);
    expect(await registry.image(repository, `sha256:${'0'.repeat(64)}`)).to.equal(undefined);
    expect(await registry.image({ ...repository, name: 'none' }, digest)).to.equal(undefined);
  });

  it('sdkEcs and sdkScaling read a service, set its number, and hold it there', async () => {
    const ecs = new ECSClient(client);
    await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
    const containerDefinitions = [
      { name: 'api', image: 'shop', memory: 512, environment: [{ name: 'A', value: 'b' }] },
    ];
    await ecs.send(new RegisterTaskDefinitionCommand({ family: 'api', containerDefinitions }));
    const words = { cluster: 'shop', serviceName: 'api-blue', taskDefinition: 'api', desiredCount: 1 };
    await ecs.send(new CreateServiceCommand(words));
    const api = sdkEcs(place, 'shop');
    expect((await api.services(['api-blue', 'api-green'])).map(({ name, desired }) => [name, desired])).to.deep.equal([
      ['api-blue', 1],
    ]);
    await api.setDesired('api-blue', 3);
    const [service] = await api.services(['api-blue']);
    expect(service?.desired).to.equal(3);
    expect(await api.tasksOf('api-blue')).to.deep.equal([]);

    const scalable = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
    const target = { ...scalable, ResourceId: 'service/shop/api-blue', MinCapacity: 1, MaxCapacity: 4 };
    const autoScaling = new ApplicationAutoScalingClient(client);
    await autoScaling.send(new RegisterScalableTargetCommand(target));
    const suspended = async () => {
      const found = await autoScaling.send(new DescribeScalableTargetsCommand(scalable));
      return found.ScalableTargets?.[0]?.SuspendedState?.DynamicScalingInSuspended ?? false;
    };
    const scaling = sdkScaling(place, 'shop');
    await scaling.allowScaleIn('api-blue', false);
    expect(await suspended()).to.equal(true);
    await scaling.allowScaleIn('api-blue', true);
    expect(await suspended()).to.equal(false);
    await scaling.allowScaleIn('none', false);
  });
});

/** moto makes a login with a key that it knows only. */
async function makeKey(url: string): Promise<string> {
  const scope = 'Credential=testing/20260101/eu-central-1/kms/aws4_request';
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'TrentService.CreateKey',
    authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`,
  };
  const answer = await fetch(url, { method: 'POST', headers, body: '{}', signal: AbortSignal.timeout(30_000) });
  const { KeyMetadata } = (await answer.json()) as { KeyMetadata: { Arn: string } };
  return KeyMetadata.Arn;
}
