import * as pulumi from '@pulumi/pulumi';

/** One zone for each number from 0. Throws RunError when the region has fewer. */
export function zoneAt(names: readonly string[], index: number): string {
  const zone = names[index];
  if (zone !== undefined) return zone;
  throw new pulumi.RunError(`network.zones: the region has ${names.length} only (${names.join(', ')})`);
}
