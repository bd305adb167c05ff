import { expect } from 'chai';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuardedSlot } from '../../../contract/guarded-slot.js';
import { sdkAlb } from '../../../platforms/aws/sdk-alb.js';
import { sdkMetrics } from '../../../platforms/aws/sdk-metrics.js';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import { awsProject, type AwsProject } from '../../support/aws/aws-project.js';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.js';
import { makeMotoBalancer, type MotoBalancer } from '../../support/moto-balancer.js';
import { motoCredentials, startMoto, type Moto } from '../../support/moto-server.js';

Object.assign(process.env, motoCredentials);

const stack = 'production-blue';
const region = 'eu-central-1';

/** What a slot consists of, without a provider of AWS: a file that is there until Pulumi deletes it, and the guard. */
const program = (slot: GuardedSlot, file: string): string => `
import * as pulumi from '@pulumi/pulumi';
import { SlotGuard } from 'crossfade/components/aws/slot-guard';

class Tasks extends pulumi.dynamic.Resource {
  constructor(name: string, args: { file: string }) {
    super({
      create: async (next: { file: string }) => ({ id: next.file, outs: next }),
      delete: async (id: string) => process.getBuiltinModule('node:fs').rmSync(id),
    }, name, args, {}, 'test', 'Tasks');
  }
}

const tasks = new Tasks('api', { file: ${JSON.stringify(file)} });
new SlotGuard('guard', ${JSON.stringify(slot)}, { dependsOn: tasks });
`;

describe('a plain pulumi destroy of a slot on AWS, by the real engine, with the balancer in moto', function () {
  this.timeout(400_000);
  let moto: Moto;
  let proxy: FaultProxy;
  let balancer: MotoBalancer;
  let maintenanceRuleArn: string;
  let project: AwsProject;
  let tasks: string;

  const alb = () => {
    const place = { region, endpoint: moto.url };
    return sdkAlb(place, sdkMetrics(place), balancer.metricDimension);
  };
  const give = async (percent: number) => {
    for (const { service, ruleArn, targetGroups } of balancer.routes) {
      if (service === 'admin') continue;
      const targets = [
        { targetGroupArn: targetGroups.blue, weight: percent },
        { targetGroupArn: targetGroups.green, weight: 100 - percent },
      ];
      await alb().modifyRule(ruleArn, { forward: { targets, stickySeconds: undefined } });
    }
  };
  const destroy = () =>
    project.pulumi(['destroy', '--yes', '--skip-preview', '--stack', stack], 2).then(
      (said) => ({ done: true, said }),
      (error: unknown) => ({ done: false, said: String(error) }),
    );
  const untouched = () =>
    access(tasks).then(
      () => true,
      () => false,
    );

  before(async () => {
    moto = await startMoto();
    proxy = await startFaultProxy(moto.url);
    balancer = await makeMotoBalancer(moto.url);
    const at = { region, endpoint: moto.url };
    ({ maintenanceRuleArn } = balancer);
    const cluster = await new ECSClient(at).send(new CreateClusterCommand({ clusterName: 'shop-production' }));
    const slot: GuardedSlot = {
      environment: 'production',
      accountId: '222222222222',
      region,
      endpoint: proxy.url,
      colour: 'blue',
      clusterArn: cluster.cluster?.clusterArn ?? '',
      metricDimension: balancer.metricDimension,
      maintenanceRuleArn,
      routes: balancer.routes.map(({ service, ruleArn, targetGroups }) => ({
        service,
        ruleArn,
        targetGroupArn: targetGroups.blue,
      })),
      background: ['worker'],
    };
    project = await awsProject({ endpoint: proxy.url, program: '' });
    tasks = join(project.folder, 'tasks-of-api');
    await writeFile(join(project.folder, 'index.ts'), program(slot, tasks));
    await project.pulumi(['stack', 'init', stack]);
  });
  beforeEach(async () => {
    await give(100);
    await writeFile(tasks, 'running');
    await project.pulumi(['up', '--yes', '--skip-preview', '--stack', stack]);
  });
  afterEach(() => proxy.calm());
  after(async () => {
    await project.remove();
    await proxy.stop();
    await moto.stop();
  });

  it('fault 8: is refused before anything is touched while users reach the slot, however few', async () => {
    await give(1);
    const { done, said } = await destroy();
    expect(done, said).to.equal(false);
    expect(said).to.match(/slot blue of production must keep standing: it has weight: 1 % of api, 1 % of web/);
    expect(said).to.match(/nothing was touched/);
    expect(await untouched()).to.equal(true);
    await give(0);
    const gone = await destroy();
    expect(gone.done, gone.said).to.equal(true);
    expect(await untouched()).to.equal(false);
  });

  it('is refused where AWS does not say, or says that these are somebody else’s credentials', async () => {
    await give(0);
    proxy.befall('DescribeRules', { kind: 'denied' }, 50);
    const blind = await destroy();
    expect(blind.done, blind.said).to.equal(false);
    expect(blind.said).to.match(/DescribeRules/);
    proxy.calm();
    const body = () => `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>333333333333</Account>
      <Arn>arn:aws:sts::333333333333:assumed-role/other/ada</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;
    proxy.befall('GetCallerIdentity', { kind: 'answered', body }, 5);
    const stranger = await destroy();
    expect(stranger.done, stranger.said).to.equal(false);
    expect(stranger.said).to.match(/of account 333333333333/);
    expect(await untouched()).to.equal(true);
    proxy.calm();
    await destroy();
  });

  it('goes ahead behind the maintenance page: whoever ends an environment has told its users', async () => {
    await alb().modifyRule(maintenanceRuleArn, { conditions: [{ field: 'path', values: ['*'] }] });
    const { done, said } = await destroy();
    expect(done, said).to.equal(true);
    expect(await untouched()).to.equal(false);
  });
});
