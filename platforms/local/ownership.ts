import { join } from 'node:path';
import { z } from 'zod';
import { colourSchema, type Colour } from '../../contract/colour.js';
import { FencedError } from '../../contract/errors.js';
import { readJsonFile, writeJsonFile } from './atomic-file.js';

const ownershipSchema = z.strictObject({
  format: z.literal(1),
  token: z.int().nonnegative(),
  /** Which slot does the work of each background or singleton service; left out: none. */
  owners: z.record(z.string(), colourSchema),
});

export type Ownership = z.infer<typeof ownershipSchema>;

export async function readOwnership(directory: string): Promise<Ownership> {
  return (await readJsonFile(ownershipFile(directory), ownershipSchema)) ?? { format: 1, token: 0, owners: {} };
}

/** Names the owner of these services from now on (undefined: none). Throws FencedError when a higher token was there. */
export async function writeOwner(
  directory: string,
  change: { readonly services: readonly string[]; readonly owner: Colour | undefined; readonly token: number },
): Promise<void> {
  const before = await readOwnership(directory);
  if (change.token < before.token) {
    throw new FencedError(`background work was given out under token ${before.token}; this run holds ${change.token}`);
  }
  const others = Object.entries(before.owners).filter(([service]) => !change.services.includes(service));
  const named = change.services.flatMap((service) => (change.owner === undefined ? [] : [[service, change.owner]]));
  await writeJsonFile(ownershipFile(directory), {
    format: 1,
    token: change.token,
    owners: Object.fromEntries([...others, ...named]) as Ownership['owners'],
  } satisfies Ownership);
}

function ownershipFile(directory: string): string {
  return join(directory, 'ownership.json');
}
