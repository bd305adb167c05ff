import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';

export interface UserAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request, as a user's browser sends it; rejects when the connection breaks. */
export function ask(options: RequestOptions & { body?: string | Buffer }): Promise<UserAnswer> {
  const { body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', signal: AbortSignal.timeout(20_000), ...rest }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() });
      });
      answer.on('error', reject);
      answer.on('close', () => reject(new Error('the answer broke off')));
    });
    call.on('error', reject);
    call.end(body);
  });
}

export interface Crowd {
  sent: number;
  /** Why a request had no good answer. */
  readonly failures: string[];
  readonly bodies: Map<string, number>;
  /** Resolves when every request that was begun has its outcome. */
  leave(): Promise<void>;
}

/** So many clients, each on its kept-alive connection, each asking again as soon as it has its answer. */
export function crowd(clients: number, options: RequestOptions, pauseMilliseconds = 0): Crowd {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  let leaving = false;
  const gathered: Crowd = {
    sent: 0,
    failures: [],
    bodies: new Map(),
    leave: async () => {
      leaving = true;
      await done;
      agent.destroy();
    },
  };
  const client = async (): Promise<void> => {
    while (!leaving) {
      gathered.sent += 1;
      try {
        const { status, body } = await ask({ ...options, agent });
        if (status !== 200) gathered.failures.push(`${status} ${body.trim()}`);
        else gathered.bodies.set(body, (gathered.bodies.get(body) ?? 0) + 1);
      } catch (error) {
        gathered.failures.push(String(error));
      }
      if (pauseMilliseconds > 0) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
  };
  const done = Promise.all(Array.from({ length: clients }, client));
  return gathered;
}
