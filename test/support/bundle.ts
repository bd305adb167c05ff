import { build } from 'esbuild';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles one TypeScript file of the tests with all it imports, so that many child processes of it start quickly. */
export async function bundle(source: URL, target: string): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(source)],
    outdir: dirname(target),
    entryNames: basename(target, '.mjs'),
    outExtension: { '.js': '.mjs' },
    // What is loaded only when it is needed, such as the clients of AWS, is a file of its own.
    splitting: true,
    // As they are when Node loads them: what CommonJS exports has no names in a file of its own.
    mainFields: ['module', 'main'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Packages in the older format ask for Node's own modules by `require`.
    banner: {
      js: "import { createRequire as requiring } from 'node:module'; const require = requiring(import.meta.url);",
    },
    logLevel: 'error',
  });
  return target;
}
