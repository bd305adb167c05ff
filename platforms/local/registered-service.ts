import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Colour } from '../../contract/colour.js';
import { readJsonFile, writeJsonFile } from './atomic-file.js';
import { serviceFolder, serviceSpecSchema, slotFolder, type ServiceSpec } from './host/processes/service-spec.js';

/** Writes down what a service of a slot is made from, for those who start and watch it without Pulumi. */
export async function registerService(spec: ServiceSpec): Promise<void> {
  await writeJsonFile(join(serviceFolder(spec), 'service.json'), serviceSpecSchema.parse(spec));
}

export async function registeredServices(directory: string, colour: Colour): Promise<ServiceSpec[]> {
  const names = await serviceNames(directory, colour);
  const found = await Promise.all(names.map((service) => registeredService({ directory, colour, service })));
  return found.filter((spec) => spec !== undefined);
}

/** Of all services that ever were begun here and not removed, also those that never stood. */
export async function serviceNames(directory: string, colour: Colour): Promise<string[]> {
  return (await readdir(join(slotFolder(directory, colour), 'services')).catch(() => [])).sort();
}

export function registeredService(
  place: Pick<ServiceSpec, 'directory' | 'colour' | 'service'>,
): Promise<ServiceSpec | undefined> {
  return readJsonFile(join(serviceFolder(place), 'service.json'), serviceSpecSchema);
}
