import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  type Deployment,
  type DesiredStatus,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { PlatformError } from '../../contract/errors.js';
import { ask } from './ask.js';
import type { EcsApi, EcsDeployment, EcsService, EcsTask } from './ecs-api.js';
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

    async environmentOf(taskDefinition, signal) {
      const command = new DescribeTaskDefinitionCommand({ taskDefinition });
      const found = await ask('DescribeTaskDefinition', client, (options) => client.send(command, options), signal);
      const entries = found.taskDefinition?.containerDefinitions?.[0]?.environment ?? [];
      return Object.fromEntries(entries.map(({ name, value }) => [name ?? '', value ?? '']));
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
        startedBy: task.startedBy.slice(0, 36),
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...task.subnetIds],
            securityGroups: [task.securityGroupId],
            assignPublicIp: 'DISABLED',
          },
        },
        overrides: {
          containerOverrides: [
            {
              name: task.container,
              command: [...task.command],
              environment: Object.entries(task.environment).map(([name, value]) => ({ name, value })),
            },
          ],
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
