// Writes schema/environment.schema.json from the zod schema: `npm run schema`, whenever the configuration changes.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const { configurationJsonSchema } = await tsImport('../contract/configuration-json-schema.ts', import.meta.url);
const file = fileURLToPath(new URL('../schema/environment.schema.json', import.meta.url));
await mkdir(fileURLToPath(new URL('../schema/', import.meta.url)), { recursive: true });
await writeFile(file, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
process.stdout.write(`${file}\n`);
