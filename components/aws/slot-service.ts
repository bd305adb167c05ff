import { Service as EcsService } from '@pulumi/aws/ecs/service.js';
import { TaskDefinition } from '@pulumi/aws/ecs/taskDefinition.js';
import * as pulumi from '@pulumi/pulumi';
import { ecsServiceName } from '../../contract/aws-names.js';
import type { Colour } from '../../contract/colour.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Service } from '../../contract/service.js';
import type { SlotInput } from '../../contract/slot-input.js';
import { containerDefinition } from './container.js';
import { ServiceScaling } from './service-scaling.js';
import { TaskAlarms } from './task-alarms.js';

export interface SlotServiceArgs {
  readonly environment: AwsOutputs;
  readonly colour: Colour;
  readonly service: string;
  readonly definition: Service;
  readonly input: SlotInput;
}

/** One service of one slot on Fargate: which image is said by digest, how many run is said once and then by scaling or the pipeline. */
export class SlotService extends pulumi.ComponentResource {
  readonly serviceArn: pulumi.Output<string>;

  constructor(name: string, args: SlotServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:aws:SlotService', name, {}, opts);
    const child = { parent: this };
    const { environment, definition, service, input } = args;
    const task = new TaskDefinition(
      name,
      {
        family: name,
        cpu: String(definition.cpu),
        memory: String(definition.memory),
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        runtimePlatform: { cpuArchitecture: environment.slots.architecture, operatingSystemFamily: 'LINUX' },
        executionRoleArn: environment.slots.executionRoleArn,
        taskRoleArn: environment.slots.taskRoleArn,
        containerDefinitions: JSON.stringify([containerDefinition(args)]),
      },
      child,
    );
    const replicas = input.replicas[service] ?? definition.replicas;
    const ecs = new EcsService(
      name,
      {
        name: ecsServiceName(service, args.colour),
        cluster: environment.cluster.arn,
        taskDefinition: task.arn,
        launchType: 'FARGATE',
        // Work of a queue or a clock begins when the pipeline hands it over, never by an `up`.
        desiredCount: definition.kind === 'routed' ? replicas : 0,
        networkConfiguration: {
          subnets: environment.network.privateSubnetIds,
          securityGroups: [environment.network.serviceSecurityGroupId],
          assignPublicIp: false,
        },
        ...placement(args),
        // Put back by ECS, it would report success for a release that does not run.
        deploymentCircuitBreaker: { enable: true, rollback: false },
        ...deploymentPercent(definition),
        enableEcsManagedTags: true,
        propagateTags: 'SERVICE',
        waitForSteadyState: true,
      },
      { ...child, ignoreChanges: ['desiredCount'], customTimeouts: { create: '15m', update: '15m', delete: '15m' } },
    );
    const place = { cluster: environment.cluster.name, service: ecs.name };
    if (definition.kind === 'routed' && environment.slots.scaleUpTo > 1) {
      const most = Math.max(replicas, definition.replicas) * environment.slots.scaleUpTo;
      const { cpuPercent } = environment.slots.limits;
      new ServiceScaling(`${name}-scaling`, { ...place, least: definition.replicas, most, cpuPercent }, child);
    }
    new TaskAlarms(
      `${name}-tasks`,
      {
        ...place,
        limits: environment.slots.limits,
        topicArns: environment.alarms.topics,
        routed: definition.kind === 'routed',
      },
      child,
    );
    this.serviceArn = ecs.id;
    this.registerOutputs({ serviceArn: this.serviceArn });
  }
}

/** Only a routed service is a target. */
function placement({ environment, service, colour, definition }: SlotServiceArgs) {
  const route = environment.routes[service];
  if (definition.kind !== 'routed' || !route) return {};
  return {
    loadBalancers: [
      { targetGroupArn: route.targetGroups[colour], containerName: service, containerPort: definition.port },
    ],
    healthCheckGracePeriodSeconds: Math.ceil(definition.health.within / 1_000),
  };
}

/** Of a singleton there are never two: the one before stops first. */
function deploymentPercent(definition: Service) {
  return definition.kind === 'singleton'
    ? { deploymentMinimumHealthyPercent: 0, deploymentMaximumPercent: 100 }
    : { deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 200 };
}
