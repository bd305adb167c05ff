import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pages } from './pages.js';

/** `npm run docs`: writes the pages that are made from the code. */
const root = fileURLToPath(new URL('../../..', import.meta.url));
for (const [path, text] of Object.entries(await pages())) {
  await mkdir(dirname(`${root}${path}`), { recursive: true });
  await writeFile(`${root}${path}`, text);
  process.stdout.write(`${path}\n`);
}
