import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  type Deployment,
  type DesiredStatus,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { PlatformError } from '../../contract/errors.js';
import { ask } from './ask.js';
import type { EcsApi, EcsDeployment, EcsService, EcsTask, TaskDefinition } from './ecs-api.js';
import { clientOptions, type Place } from './place.js';

/** AWS describes so many services at once, and so many tasks. */
const servicesAtOnce = 10;
const tasksAtOnce = 100;

/** ECS as AWS has it, in one cluster. */
export function sdkEcs(place: Place, cluster: string): EcsApi {
  const client = new ECSClient(clientOptions(place));

  async function describeTasks(arns: readonly string[], signal?: AbortSignal): Promise<readonly EcsTask[]> {
    const pages = chunks(arns, tasksAtOnce).map((tasks) => {
      const command = new DescribeTasksCommand({ cluster, tasks });
      return ask('DescribeTasks', client, (options) => client.send(command, options), signal);
    });
    return (await Promise.all(pages)).flatMap((page) => page.tasks ?? []).map(taskOf);
  }

  async function listTasks(serviceName: string, desiredStatus: DesiredStatus, signal?: AbortSignal): Promise<string[]> {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      const command = new ListTasksCommand({
        cluster,
        serviceName,
        desiredStatus,
        ...(nextToken ? { nextToken } : {}),
      });
      const page = await ask('ListTasks', client, (options) => client.send(command, options), signal);
      arns.push(...(page.taskArns ?? []));
      ({ nextToken } = page);
    } while (nextToken);
    return arns;
  }

  return {
    async services(names, signal) {
      const pages = chunks(names, servicesAtOnce).map((services) => {
        const command = new DescribeServicesCommand({ cluster, services });
        return ask('DescribeServices', client, (options) => client.send(command, options), signal);
      });
      const found = (await Promise.all(pages)).flatMap((page) => page.services ?? []);
      return found.filter((service) => service.status === 'ACTIVE').map(serviceOf);
    },

    tasksOf: async (service, signal) => describeTasks(await listTasks(service, 'RUNNING', signal), signal),

    task: async (arn, signal) => (await describeTasks([arn], signal))[0],

    async stoppedTasksOf(service, signal) {
      const arns = await listTasks(service, 'STOPPED', signal);
      return describeTasks(arns.slice(0, 5), signal);
    },

    async register(definition, signal) {
      const command = new RegisterTaskDefinitionCommand(taskDefinitionOf(definition));
      const made = await ask('RegisterTaskDefinition', client, (options) => client.send(command, options), signal);
      return made.taskDefinition?.taskDefinitionArn ?? '';
    },

    async runningOf(family, signal) {
      const command = new ListTasksCommand({ cluster, family, desiredStatus: 'RUNNING' });
      const found = await ask('ListTasks', client, (options) => client.send(command, options), signal);
      const tasks = found.taskArns ?? [];
      if (tasks.length === 0) return [];
      const look = new DescribeTasksCommand({ cluster, tasks });
      const described = await ask('DescribeTasks', client, (options) => client.send(look, options), signal);
      const running = (described.tasks ?? []).filter((task) => task.lastStatus !== 'STOPPED');
      return running.map((task) => ({ arn: task.taskArn ?? '', startedBy: task.startedBy ?? 'nobody' }));
    },

    async redeploy(service, signal) {
      const command = new UpdateServiceCommand({ cluster, service, forceNewDeployment: true });
      await ask('UpdateService', client, (options) => client.send(command, options), signal);
    },

    async setDesired(service, desiredCount, signal) {
      const command = new UpdateServiceCommand({ cluster, service, desiredCount });
      await ask('UpdateService', client, (options) => client.send(command, options), signal);
    },

    async run(task, token, signal) {
      const command = new RunTaskCommand({
        cluster,
        taskDefinition: task.taskDefinition,
        launchType: 'FARGATE',
        count: 1,
        clientToken: token,
        startedBy: task.startedBy,
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...task.subnetIds],
            securityGroups: [task.securityGroupId],
            assignPublicIp: 'DISABLED',
          },
        },
      });
      const started = await ask('RunTask', client, (options) => client.send(command, options), signal);
      const arn = started.tasks?.[0]?.taskArn;
      if (arn !== undefined) return arn;
      const [failure] = started.failures ?? [];
      throw new PlatformError(`RunTask: ${failure?.reason ?? 'no task was started'} ${failure?.detail ?? ''}`.trim());
    },

    async stop(task, reason) {
      const command = new StopTaskCommand({ cluster, task, reason });
      await ask('StopTask', client, (options) => client.send(command, options));
    },
  };
}

function taskDefinitionOf(definition: TaskDefinition): RegisterTaskDefinitionCommandInput {
  const { container, image, command, environment, secrets } = definition;
  const options = {
    'awslogs-group': definition.logGroup,
    'awslogs-region': definition.region,
    'awslogs-stream-prefix': definition.logPrefix,
  };
  return {
    family: definition.family,
    cpu: String(definition.cpu),
    memory: String(definition.memory),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    runtimePlatform: { cpuArchitecture: definition.architecture, operatingSystemFamily: 'LINUX' },
    executionRoleArn: definition.executionRoleArn,
    taskRoleArn: definition.taskRoleArn,
    containerDefinitions: [
      {
        name: container,
        image,
        essential: true,
        ...(command.length === 0 ? {} : { command: [...command] }),
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
        secrets: Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
        logConfiguration: { logDriver: 'awslogs', options },
        linuxParameters: { initProcessEnabled: true },
      },
    ],
  };
}

function serviceOf(service: Service): EcsService {
  return {
    name: service.serviceName ?? '',
    arn: service.serviceArn ?? '',
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    taskDefinition: service.taskDefinition ?? '',
    deployments: (service.deployments ?? []).map(deploymentOf),
  };
}

function deploymentOf(deployment: Deployment): EcsDeployment {
  return {
    primary: deployment.status === 'PRIMARY',
    taskDefinition: deployment.taskDefinition ?? '',
    state: deployment.rolloutState ?? 'IN_PROGRESS',
    because: deployment.rolloutStateReason ?? '',
  };
}

function taskOf(task: Task): EcsTask {
  const [container] = task.containers ?? [];
  const details = task.attachments?.flatMap((attachment) => attachment.details ?? []) ?? [];
  return {
    arn: task.taskArn ?? '',
    status: task.lastStatus ?? '',
    taskDefinition: task.taskDefinitionArn ?? '',
    image: container?.image ?? '',
    imageDigest: container?.imageDigest,
    health: task.healthStatus ?? 'UNKNOWN',
    address: details.find((detail) => detail.name === 'privateIPv4Address')?.value,
    exitCode: container?.exitCode,
    stoppedBecause: container?.reason ?? task.stoppedReason,
  };
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  );
}
