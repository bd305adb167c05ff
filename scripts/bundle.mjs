// Joins the command line into a few files: what a start costs is mostly finding and reading hundreds of small ones.
import { build } from 'esbuild';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What every `status` loads, and consists of many files. All else stays a dependency that Node finds by itself. */
const INSIDE = ['@commander-js/extra-typings', 'commander', 'picocolors', 'yaml', 'zod'];

/**
 * Writes main.js and its parts into `outdir`, which lies directly in dist/: from there what is found by a relative path
 * is found as from the modules themselves. Each command stays a part of its own, loaded when it is called. Types are not looked at.
 */
export async function bundleCommandLine(outdir) {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['cli/main.ts'],
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'part-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Packages written for require() ask for Node's own modules by it.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
    },
    plugins: [dependenciesOutside, englishAlone],
    metafile: true,
    logLevel: 'silent',
  });
  await writeFile(join(outdir, 'LICENSES.txt'), await licensesOf(Object.keys(metafile.inputs)));
}

const dependenciesOutside = {
  name: 'dependencies outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || INSIDE.some((name) => path === name || path.startsWith(`${name}/`)))
        return undefined;
      return { path, external: true };
    });
  },
};

/** Zod brings its messages in fifty languages, a third of what every command would read; we speak one. */
const englishAlone = {
  name: 'English alone',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/** Of the packages whose code is inside: their licenses ask for it. */
async function licensesOf(files) {
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const texts = [...folders].sort().map(async (folder) => {
    const names = await readdir(join(ROOT, folder));
    const license = names.find((name) => /^licen[cs]e(\.(md|txt))?$/i.test(name));
    if (license === undefined) throw new Error(`${folder} brings no license, so its code can't be passed on`);
    const { name, version } = JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${(await readFile(join(ROOT, folder, license), 'utf8')).trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}
