// Finds Pulumi's engine for this checkout, or gets it: from PATH, from the cache, by the official installer, or, where
// only Go's module proxy can be reached, built from source. `node scripts/engine.mjs` prints the folder for PATH.
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { buildEngine, builtEngineMark } from './engine/build.mjs';
import { withLock } from './engine/lock.mjs';

const { OLDEST_ENGINE, engineCache, engineFolder, findOnPath, isComplete } = await tsImport(
  '../platforms/pulumi/find-engine.ts',
  import.meta.url,
);
const { installEngine } = await tsImport('../platforms/pulumi/install-engine.ts', import.meta.url);

/** The folder of a complete engine of the version that is built and tested with; asks the network only when it must. */
export async function ensureEngine(say = (line) => process.stderr.write(`${line}\n`)) {
  const onPath = await findOnPath();
  if (onPath !== undefined) return engine(onPath.bin);

  const cache = engineCache();
  const installed = join(cache, engineFolder(OLDEST_ENGINE), 'bin');
  const built = join(cache, engineFolder(OLDEST_ENGINE, await builtEngineMark()), 'bin');
  const cached = async () => {
    for (const bin of [installed, built]) if (await isComplete(bin)) return engine(bin);
    return undefined;
  };
  const found = await cached();
  if (found !== undefined) return found;

  await mkdir(cache, { recursive: true });
  return await withLock(join(cache, 'getting-it.lock'), say, async () => {
    const foundMeanwhile = await cached();
    if (foundMeanwhile !== undefined) return foundMeanwhile;
    say(`Pulumi ${OLDEST_ENGINE} or newer is not on PATH: fetching it with the official installer`);
    try {
      return engine(await installEngine(OLDEST_ENGINE));
    } catch (error) {
      say(`The installer did not work here (${error.message}); building Pulumi from its Go modules instead`);
    }
    return engine(await buildEngine(OLDEST_ENGINE, built, say));
  });
}

function engine(bin) {
  return { bin, path: [bin, process.env.PATH ?? ''].join(delimiter) };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { bin } = await ensureEngine();
  process.stdout.write(`${bin}\n`);
}
