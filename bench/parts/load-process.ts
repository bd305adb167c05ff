import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Users who wait for each answer before they ask again, each on a connection that is kept. Arguments: the URL, how many
 * users, and how many requests a second all of them make together at most (0: as many as they can). Tells its parent,
 * when asked, what became of the requests so far.
 */
const [url = '', users = '20', perSecond = '0'] = process.argv.slice(2);
const count = Number(users);
const agent = new Agent({ keepAlive: true, maxSockets: count });
const everyMilliseconds = Number(perSecond) === 0 ? 0 : (1_000 * count) / Number(perSecond);

const tally = { requests: 0, ownErrors: 0, failures: {} as Record<string, number> };

/** Undefined: answered well. */
function ask(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request(url, { agent, timeout: 20_000 }, (response) => {
      const { statusCode = 0 } = response;
      response.on('end', () =>
        resolve(statusCode < 400 ? undefined : (ownError(response.headers) ?? String(statusCode))),
      );
      response.on('error', (error) => resolve(error.message));
      response.resume();
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in 20 s')));
    asked.on('error', (error) => resolve(error.message));
    asked.end();
  });
}

const own = 'own error';

function ownError(headers: NodeJS.Dict<string | string[]>): string | undefined {
  return headers['x-own-error'] === undefined ? undefined : own;
}

async function use(delay: number): Promise<never> {
  await pause(delay);
  for (;;) {
    const began = performance.now();
    const failure = await ask();
    tally.requests += 1;
    if (failure === own) tally.ownErrors += 1;
    else if (failure !== undefined) tally.failures[failure] = (tally.failures[failure] ?? 0) + 1;
    const rest = everyMilliseconds - (performance.now() - began);
    if (rest > 0) await pause(rest);
  }
}

process.send?.({ port: 0 });
process.on('message', () => process.send?.(tally));
process.on('disconnect', () => process.exit());
await Promise.all(Array.from({ length: count }, (_, index) => use((everyMilliseconds * index) / count)));
