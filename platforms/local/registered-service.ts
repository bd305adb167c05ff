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
  const names = await readdir(join(slotFolder(directory, colour), 'services')).catch(() => []);
  const found = await Promise.all(names.sort().map((service) => registeredService({ directory, colour, service })));
  return found.filter((spec) => spec !== undefined);
}

export function registeredService(
  place: Pick<ServiceSpec, 'directory' | 'colour' | 'service'>,
): Promise<ServiceSpec | undefined> {
  return readJsonFile(join(serviceFolder(place), 'service.json'), serviceSpecSchema);
}
