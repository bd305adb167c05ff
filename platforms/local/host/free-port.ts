import { createServer } from 'node:net';
import { PlatformError } from '../../../contract/errors.js';
import { errnoOf } from './errno.js';

/** The wanted port of 127.0.0.1, or for 0 one that is free now. Throws PlatformError when it is taken. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => {
        const address = server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : wanted);
      });
    });
  } catch (cause) {
    if (errnoOf(cause) !== 'EADDRINUSE' && errnoOf(cause) !== 'EACCES') throw cause;
    throw new PlatformError(
      `port ${wanted} of 127.0.0.1 can't be had: ${errnoOf(cause) === 'EACCES' ? 'not allowed' : 'taken'}`,
      {
        hint: 'stop what listens there (ss -ltnp), or choose another port',
        cause,
      },
    );
  } finally {
    server.close();
  }
}
