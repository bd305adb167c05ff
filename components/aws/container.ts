import { ecsSecret, imageByDigest } from '../../contract/aws-names.js';
import type { SlotServiceArgs } from './slot-service.js';

/** The one container of a task, in ECS's words: settings in the open, secrets by ARN and version. */
export function containerDefinition({ environment, colour, service, definition, input }: SlotServiceArgs) {
  const artifact = input.release.artifacts[service];
  if (!artifact) throw new Error(`release ${input.release.version} has no artifact of ${service}`);
  return {
    name: service,
    image: imageByDigest(artifact),
    essential: true,
    ...(definition.command ? { command: definition.command } : {}),
    ...(definition.kind === 'routed' ? { portMappings: [{ containerPort: definition.port, protocol: 'tcp' }] } : {}),
    environment: Object.entries({
      ...(definition.kind === 'routed' ? { PORT: String(definition.port) } : {}),
      ...input.settings.values,
      CROSSFADE_ENVIRONMENT: environment.environment,
      CROSSFADE_SLOT: colour,
      CROSSFADE_VERSION: input.release.version,
      CROSSFADE_DIGEST: artifact.digest,
    }).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(input.settings.secrets).map(([name, secret]) => ({
      name,
      valueFrom: ecsSecret(secret),
    })),
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': environment.slots.logGroups[service],
        'awslogs-region': environment.region,
        'awslogs-stream-prefix': colour,
      },
    },
    // Fargate waits two minutes at most before it kills.
    stopTimeout: Math.min(120, Math.ceil(definition.stopWithin / 1_000)),
    linuxParameters: { initProcessEnabled: true },
  };
}
