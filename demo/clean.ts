import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { place } from './place.js';
import { stopEnvironment } from './stop-environment.js';

/** A process that has just ended may still be writing its last file. */
const thoroughly = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 };

/** Removes every trace of the demo, whatever state it is in. */
export async function clean({ keepReports = false } = {}): Promise<void> {
  await stopEnvironment(place);
  for (const name of await readdir(place.project).catch(() => [])) {
    const trace = join(place.project, name);
    if (!keepReports || trace !== place.reports) await rm(trace, thoroughly);
  }
  if (keepReports) return;
  await rm(place.project, thoroughly);
  // Somebody else's things may lie beside the demo's.
  await rmdir(dirname(place.project)).catch(() => undefined);
}
