import { expect } from 'chai';
import { digestOf } from '../../contract/json.js';
import { slotOutputsSchema } from '../../contract/outputs.js';
import { parse } from '../../contract/parse.js';
import { awsSlot } from '../../stacks/aws-slot.js';
import { awsAnswers } from '../support/aws-answers.js';
import { awsOutputs } from '../support/aws-outputs.js';
import { awsSlotInput } from '../support/aws-release.js';
import { record, type Recording } from '../support/pulumi-recorder.js';

const environment = awsOutputs();
const input = awsSlotInput();

function build(parts: Partial<Parameters<typeof awsSlot>[0]> = {}): Promise<Recording<unknown>> {
  const options = { environment, colour: 'green', input, services: environment.services, ...parts } as const;
  return record(() => awsSlot(options), { answers: awsAnswers, stack: 'production-green' });
}

describe('awsSlot', function () {
  this.timeout(30_000);
  let slot: Recording<unknown>;
  before(async () => {
    slot = await build();
  });

  const service = (name: string) => slot.find('aws:ecs/service:Service', `shop-production_green-${name}`);
  const container = (name: string): Record<string, unknown> => {
    const task = slot.find('aws:ecs/taskDefinition:TaskDefinition', `shop-production_green-${name}`);
    const [first] = JSON.parse(task.inputs['containerDefinitions'] as string) as Record<string, unknown>[];
    return first ?? {};
  };

  it('gives what stands there, and the input to make it again', () => {
    const outputs = parse(slotOutputsSchema, slot.result, 'slot');
    expect(outputs).to.include({ environment: 'production', colour: 'green', platform: 'aws' });
    expect(outputs.input).to.deep.equal(input);
    expect(outputs.services).to.deep.equal(environment.services);
    expect(outputs.handles).to.have.keys('api', 'web', 'worker', 'scheduler');
    expect(outputs.handles['api']).to.match(/^arn:aws:ecs:.*:service\/shop-production\/api-green$/);
  });

  it('names every image by its digest, whatever the reference calls it', () => {
    const digest = digestOf('api 1.4.0');
    expect(container('api')['image']).to.equal(`222222222222.dkr.ecr.eu-central-1.amazonaws.com/shop/api@${digest}`);
  });

  it('hands secrets over by ARN and version, and settings in the open', () => {
    const api = container('api');
    expect(api['secrets']).to.deep.equal([
      { name: 'SECRET_KEY', valueFrom: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:k-Ab12Cd:::v-1' },
    ]);
    expect(api['environment']).to.deep.include.members([
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'PORT', value: '8080' },
      { name: 'CROSSFADE_SLOT', value: 'green' },
      { name: 'CROSSFADE_VERSION', value: '1.4.0' },
    ]);
  });

  it('writes to the log group of the environment, in streams of its colour', () => {
    expect(container('worker')['logConfiguration']).to.deep.equal({
      logDriver: 'awslogs',
      options: {
        'awslogs-group': '/crossfade/shop/production/worker',
        'awslogs-region': 'eu-central-1',
        'awslogs-stream-prefix': 'green',
      },
    });
    expect(container('worker')['stopTimeout']).to.equal(120);
  });

  it('starts as many as the run asks for, and never counts again', () => {
    expect(service('api').inputs['desiredCount']).to.equal(5);
    expect(service('web').inputs['desiredCount']).to.equal(3);
    expect(service('api').ignoreChanges).to.deep.equal(['desiredCount']);
  });

  it('starts no work of a queue or a clock', () => {
    expect(service('worker').inputs['desiredCount']).to.equal(0);
    expect(service('scheduler').inputs['desiredCount']).to.equal(0);
    expect(service('worker').inputs).to.not.have.any.keys('loadBalancers', 'healthCheckGracePeriodSeconds');
  });

  it('never runs two of a singleton', () => {
    const { deploymentMinimumHealthyPercent: least, deploymentMaximumPercent: most } = service('scheduler').inputs;
    expect({ least, most }).to.deep.equal({ least: 0, most: 100 });
  });

  it('joins the target group of its own colour', () => {
    expect(service('api').inputs['loadBalancers']).to.deep.equal([
      { targetGroupArn: environment.routes['api']?.targetGroups.green, containerName: 'api', containerPort: 8080 },
    ]);
    expect(service('api').inputs['healthCheckGracePeriodSeconds']).to.equal(60);
  });

  it('fault 14: fails when ECS gives up, and lets nothing be put back behind its back', () => {
    expect(service('api').inputs).to.deep.include({
      deploymentCircuitBreaker: { enable: true, rollback: false },
      waitForSteadyState: true,
    });
  });

  it('runs in private subnets without an address of its own', () => {
    expect(service('api').inputs['networkConfiguration']).to.deep.equal({
      subnets: ['subnet-1', 'subnet-2'],
      securityGroups: ['sg-1'],
      assignPublicIp: false,
    });
  });

  it('scales routed services from their configured number, and leaves to a run what it suspended', () => {
    const targets = slot.ofType('aws:appautoscaling/target:Target');
    expect(targets.map((target) => target.name)).to.deep.equal([
      'shop-production_green-api-scaling',
      'shop-production_green-web-scaling',
    ]);
    expect(targets[0]?.inputs).to.deep.include({ minCapacity: 3, maxCapacity: 20 });
    expect(targets[0]?.ignoreChanges).to.deep.equal(['suspendedState', 'minCapacity']);
  });

  it('does not scale where that is switched off', async () => {
    const fixed = { ...environment, slots: { ...environment.slots, scaleUpTo: 1 } };
    expect((await build({ environment: fixed })).ofType('aws:appautoscaling/target:Target')).to.deep.equal([]);
  });

  it('says its colour on everything', () => {
    const provider = slot.find('pulumi:providers:aws', 'shop-production_green');
    const { tags } = JSON.parse(provider.inputs['defaultTags'] as string) as { tags: Record<string, string> };
    expect(tags).to.include({ 'crossfade:slot': 'green', 'crossfade:environment': 'production' });
  });

  it('has a guard that a destroy comes to before anything else, which knows where to ask', () => {
    const guard = slot.find('pulumi-nodejs:dynamic/aws:SlotGuard', 'shop-production_green-guard');
    const others = slot.resources.filter(({ component, type }) => !component && !/^pulumi:|SlotGuard$/.test(type));
    expect(others.map(({ name }) => name).filter((name) => !guard.dependsOn.includes(name))).to.deep.equal([]);
    const { accountId, region, cluster, balancer } = environment;
    expect(guard.inputs).to.deep.include({
      accountId,
      region,
      colour: 'green',
      clusterArn: cluster.arn,
      maintenanceRuleArn: balancer.maintenanceRuleArn,
      background: ['worker', 'scheduler'],
    });
    expect(guard.inputs['routes']).to.deep.equal(
      Object.entries(environment.routes).map(([service, { ruleArn, targetGroups }]) => ({
        service,
        ruleArn,
        targetGroupArn: targetGroups.green,
      })),
    );
  });

  it('fault 55: owns no route: destroying it changes no rule', () => {
    const kinds = new Set(slot.resources.map((resource) => resource.type.split(':')[1]));
    expect([...kinds].some((kind) => kind?.startsWith('lb/'))).to.equal(false);
  });

  it('refuses a service that the environment has no route for', async () => {
    const { api, ...routes } = environment.routes;
    const error: unknown = await build({ environment: { ...environment, routes } }).catch((reason: unknown) => reason);
    expect(api).to.not.equal(undefined);
    expect((error as Error).message).to.equal('service api has no route in production');
  });

  it('refuses a release without the artifact of a service', async () => {
    const error: unknown = await build({ input: awsSlotInput('1.4.0', ['api']) }).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/release 1.4.0 has no artifact of web/);
  });
});
