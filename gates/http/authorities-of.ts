import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../../contract/errors.js';
import type { Plan } from '../../contract/plan.js';
import { inside } from '../inside.js';
import type { Surroundings } from '../surroundings.js';

/** Certificates of a company's own authorities, in PEM. Throws ConfigurationError for one that is not there. */
export function authoritiesOf(
  { checklist }: Plan,
  { folder }: Pick<Surroundings, 'folder'>,
): Promise<readonly string[]> {
  return Promise.all(
    (checklist?.sources?.authorities ?? []).map(async (path) => {
      const place = await inside(folder, path);
      if (place === undefined) throw new ConfigurationError(`there is no certificate ${path}`);
      return readFile(place, 'utf8');
    }),
  );
}
