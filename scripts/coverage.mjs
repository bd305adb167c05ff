// Writes docs/coverage.md from the checklists in examples/: `npm run coverage`, whenever they or what there is change.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const { coveragePage } = await tsImport('../test/support/requirements-coverage.ts', import.meta.url);
const file = fileURLToPath(new URL('../docs/coverage.md', import.meta.url));
await writeFile(file, await coveragePage());
process.stdout.write(`${file}\n`);
