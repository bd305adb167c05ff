import { digestOfImage, ecsServiceName } from '../../contract/aws-names.js';
import type { Colour } from '../../contract/colour.js';
import type { Replica } from '../../pipeline/ports/slots.js';
import type { EcsApi, EcsService, EcsTask } from './ecs-api.js';

/** Every replica of a slot that runs or should, by what really runs: the image that its task was started with. */
export async function readReplicas(
  ecs: EcsApi,
  services: readonly string[],
  colour: Colour,
  signal?: AbortSignal,
): Promise<{ readonly standing: readonly EcsService[]; readonly replicas: readonly Replica[] }> {
  const names = services.map((service) => ecsServiceName(service, colour));
  const standing = await ecs.services(names, signal);
  const replicas = await Promise.all(
    services.map(async (service, index) => {
      const found = standing.find((candidate) => candidate.name === names[index]);
      if (!found) return [];
      const tasks = await ecs.tasksOf(found.name, signal);
      return [...tasks.map((task) => replicaOf(service, task)), ...missing(service, found.desired - tasks.length)];
    }),
  );
  return { standing, replicas: replicas.flat() };
}

function replicaOf(service: string, task: EcsTask): Replica {
  const because = unhealthyBecause(task);
  const id = task.arn.split('/').at(-1) ?? task.arn;
  // An image named by digest can be no other; the agent's own figure is of one architecture's part of it.
  const digest = digestOfImage(task.image) ?? task.imageDigest ?? 'none';
  const replica = { service, id, digest, healthy: because === undefined };
  return because === undefined ? replica : { ...replica, because };
}

function unhealthyBecause(task: EcsTask): string | undefined {
  if (task.status !== 'RUNNING') return `it is ${task.status.toLowerCase()}`;
  return task.health === 'UNHEALTHY' ? 'its container is unhealthy' : undefined;
}

function missing(service: string, count: number): readonly Replica[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    service,
    id: `missing-${index + 1}`,
    digest: 'none',
    healthy: false,
    because: 'it does not run',
  }));
}
