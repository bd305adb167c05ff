import { PlatformError } from '../../../contract/errors.js';
import { join } from 'node:path';
import type { Work } from '../../../pipeline/ports/work.js';
import type { PostgresAddress } from '../../postgres/address.js';
import { findClientPrograms } from '../../postgres/client-programs.js';
import { runClientProgram } from '../../postgres/run-client-program.js';
import { backupFolder } from '../backup/manifest.js';
import { dumpFile, type DumpManifest } from './dump-manifest.js';
import type { DumpPlace } from './dump-place.js';
import { readingDump } from './list-entries.js';
import { lyingDump } from './lying-dump.js';
import { watchDisk } from './watch-disk.js';

/** Into an empty database, stopping at the first error. Throws PlatformError or IntegrityError; the caller drops what is half there. */
export async function restoreDump(
  place: DumpPlace,
  manifest: DumpManifest,
  into: PostgresAddress,
  work: Work,
): Promise<void> {
  const programs = await findClientPrograms(place.settings.programs);
  const dump = await lyingDump(place, manifest);
  // Several processes have to seek, each for itself.
  const parallel = dump.key === undefined && place.settings.jobs > 1;
  const flags = ['--exit-on-error', '--no-password', `--dbname=${into.database}`];
  try {
    await watchDisk(place, work.signal, async (signal) => {
      const restoring = { program: programs.pgRestore, address: into, signal };
      if (parallel) {
        const file = join(backupFolder(place.dumps, manifest.name), dumpFile);
        await runClientProgram({ ...restoring, flags: [...flags, `--jobs=${place.settings.jobs}`, file] });
      } else {
        await readingDump(dump, (input) => runClientProgram({ ...restoring, flags, input }));
      }
    });
  } catch (cause) {
    work.signal.throwIfAborted();
    if (!(cause instanceof PlatformError)) throw cause;
    throw new PlatformError(`${manifest.name} could not be restored: ${cause.message}`, {
      cause,
      hint: cause.hint ?? "look at the server's log; what was restored so far is dropped",
    });
  }
}
