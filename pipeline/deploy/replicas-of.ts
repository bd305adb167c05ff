import type { Release } from '../../contract/release.js';
import type { Service } from '../../contract/service.js';
import type { SlotState } from '../ports/slots.js';

/** As many as the live slot has by now, where it has scaled beyond its definition. */
export function replicasOf(
  services: Readonly<Record<string, Service>>,
  release: Release,
  live: SlotState | undefined,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of Object.keys(release.artifacts)) {
    const definition = services[name];
    if (!definition) continue;
    const running = live?.replicas.filter((replica) => replica.service === name).length ?? 0;
    counts[name] = definition.kind === 'singleton' ? 1 : Math.max(definition.replicas, running);
  }
  return counts;
}
