import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { ReleaseTraits } from './product/release.js';

export const productServices = ['api', 'web', 'worker'] as const;
export type ProductService = (typeof productServices)[number];

/** What every service of the product is started with, in its artifact's folder. */
export const productCommand = ['node', 'main.mjs'];

const product = fileURLToPath(new URL('product/', import.meta.url));

/** Bundles one release into `<folder>/<service>/main.mjs`; resolves to the folder of each service. */
export async function buildRelease(traits: ReleaseTraits, folder: string): Promise<Record<ProductService, string>> {
  const folders = { api: join(folder, 'api'), web: join(folder, 'web'), worker: join(folder, 'worker') };
  for (const service of productServices) {
    await mkdir(folders[service], { recursive: true });
    await build({
      entryPoints: [join(product, service, 'main.ts')],
      outfile: join(folders[service], 'main.mjs'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      external: ['pg-native'],
      define: { RELEASE_TRAITS: JSON.stringify(traits) },
      // pg is CommonJS and asks for Node's own modules by require.
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      legalComments: 'none',
      logLevel: 'error',
    });
  }
  return folders;
}
