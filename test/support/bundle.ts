import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** Compiles one TypeScript file of the tests with all it imports, so that many child processes of it start quickly. */
export async function bundle(source: URL, target: string): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile: target,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Packages in the older format ask for Node's own modules by `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return target;
}
