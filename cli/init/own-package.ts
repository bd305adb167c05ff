import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { parse } from '../../contract/parse.js';

const schema = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

/** What index.ts needs to run under Pulumi besides this package; npm would find it there anyway, others would not. */
const neededByPulumi = ['@pulumi/pulumi', 'ts-node', 'typescript'];
const stackFileSchema = 'schema/environment.schema.json';

export interface OwnPackage {
  /** Packages with the versions that a project has to have. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The schema of a stack file, as a project names it; undefined when this package does not bring it. */
  readonly stackFileSchema: string | undefined;
}

/** This package, as the project that is to use it sees it. */
export async function ownPackage(): Promise<OwnPackage> {
  // By its own name, so that it is found from the sources and from what was compiled of them.
  const file = createRequire(import.meta.url).resolve('crossfade/package.json');
  const manifest = parse(schema, JSON.parse(await readFile(file, 'utf8')), file);
  const ranges = { ...manifest.devDependencies, ...manifest.dependencies };
  const needed = neededByPulumi.map((name): [string, string] => {
    const range = ranges[name];
    if (range === undefined) throw new Error(`${file} names no ${name}`);
    return [name, range];
  });
  const brings = existsSync(join(dirname(file), stackFileSchema));
  return {
    dependencies: { crossfade: manifest.version, ...Object.fromEntries(needed) },
    stackFileSchema: brings ? `./node_modules/crossfade/${stackFileSchema}` : undefined,
  };
}
