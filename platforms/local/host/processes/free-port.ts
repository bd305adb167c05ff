import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PlatformError } from '../../../../contract/errors.js';

// Below the range from which systems take ports for outgoing connections, so that none is lost between look and use.
const lowest = 20_000;
const highest = 32_000;

/** A port nobody listens on, on any address. Throws PlatformError when there seems to be none. */
export async function findFreePort(taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(lowest, highest);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new PlatformError(`no free port found between ${lowest} and ${highest}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
