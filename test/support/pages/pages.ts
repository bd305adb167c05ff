import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { requirementsPage } from './requirements-coverage.js';
import { resourcePage } from './resource-page.js';
import { rolePage } from './role-page.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Pages of docs/ that are made from the code, by path, as they should be. */
export async function pages(): Promise<Readonly<Record<string, string>>> {
  const options = await resolveConfig(`${root}package.json`);
  const formatted = (text: string): Promise<string> => format(text, { ...options, parser: 'markdown' });
  return {
    'docs/aws/resources.md': await formatted(await resourcePage()),
    'docs/aws/roles.md': await formatted(await rolePage()),
    'docs/coverage.md': await formatted(await requirementsPage()),
  };
}
