import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { identity } from './identity.js';
import { release } from './release.js';
import { setting } from './setting.js';

export interface Answer {
  readonly status: number;
  readonly type: 'application/json' | 'text/html; charset=utf-8';
  readonly body: string;
}

export function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

/** Answers HTTP on PORT until SIGTERM, then finishes what it has begun, calls `close` and ends. */
export function serve(answer: (request: IncomingMessage) => Promise<Answer>, close: () => Promise<void>): void {
  const server = createServer((request, response) => void respond(request, response));
  // Longer than the balancer keeps an idle connection, so that the balancer is always the one to close it.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;
  server.listen(Number(setting('PORT')), '127.0.0.1', () => process.stdout.write(`${JSON.stringify(identity)}\n`));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, body } = await answerTo(request);
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-version': identity.version,
      'x-colour': identity.colour,
      ...(server.listening ? {} : { connection: 'close' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    if (request.url === '/healthz') return json(release.becomesHealthy ? 200 : 503, identity);
    try {
      return await answer(request);
    } catch (error) {
      process.stderr.write(
        `${request.method ?? ''} ${request.url ?? ''}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      return json(500, { error: 'internal error' });
    }
  }

  function stop(): void {
    server.close(() => void close().then(() => process.exit(0)));
  }
}
