import { containerDefinition } from '../../../components/aws/container.js';
import { ecsServiceName } from '../../../contract/aws-names.js';
import type { Colour } from '../../../contract/colour.js';
import type { AwsOutputs } from '../../../contract/outputs.js';
import type { SlotInput } from '../../../contract/slot-input.js';

interface Place {
  readonly moto: string;
  readonly environment: AwsOutputs;
  readonly colour: Colour;
}

/** Does to ECS in moto what a slot's program would, by ECS's own calls. */
export async function standSlot(slot: Place & { readonly stack: string; readonly input: SlotInput }): Promise<void> {
  const { moto, stack, environment, colour, input } = slot;
  const cluster = environment.cluster.name;
  for (const [service, definition] of Object.entries(environment.services)) {
    const container = containerDefinition({ environment, colour, service, definition, input });
    const task = { family: `${stack}-${service}`, containerDefinitions: [{ ...container, memory: 512 }] };
    const made = await ecs(moto, 'RegisterTaskDefinition', task);
    const { taskDefinitionArn: taskDefinition } = made['taskDefinition'] as { taskDefinitionArn: string };
    const serviceName = ecsServiceName(service, colour);
    const desiredCount = definition.kind === 'routed' ? (input.replicas[service] ?? definition.replicas) : 0;
    if (await stands(slot, serviceName)) {
      await ecs(moto, 'UpdateService', { cluster, service: serviceName, taskDefinition });
    } else {
      await ecs(moto, 'CreateService', { cluster, serviceName, taskDefinition, desiredCount, launchType: 'FARGATE' });
    }
  }
}

export async function removeSlot(slot: Place): Promise<void> {
  const { moto, environment, colour } = slot;
  for (const service of Object.keys(environment.services)) {
    const name = ecsServiceName(service, colour);
    if (!(await stands(slot, name))) continue;
    await ecs(moto, 'DeleteService', { cluster: environment.cluster.name, service: name, force: true });
  }
}

async function stands({ moto, environment }: Place, name: string): Promise<boolean> {
  const found = await ecs(moto, 'DescribeServices', { cluster: environment.cluster.name, services: [name] });
  return (found['services'] as { status: string }[]).some(({ status }) => status === 'ACTIVE');
}

async function ecs(moto: string, action: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(moto, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=testing/20260101/eu-central-1/ecs/aws4_request, SignedHeaders=host, Signature=none',
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${action}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
