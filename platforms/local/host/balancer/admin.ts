import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperatorError, RefusedError } from '../../../../contract/errors.js';
import { parse } from '../../../../contract/parse.js';
import { adminOperations } from './admin-operations.js';
import type { Balancer } from './balancer.js';
import type { Door } from './doors.js';
import { operations } from './protocol.js';
import type { Operation, Refusal } from './protocol.js';

const largestBody = 1_048_576;

/** POST /<operation> with a JSON body. The socket's file mode says who may. */
export function adminDoor(balancer: Balancer): Door {
  const perform = adminOperations(balancer);
  const say = balancer.options.say ?? (() => undefined);
  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    try {
      const name = (request.url ?? '').slice(1);
      if (request.method !== 'POST' || !isOperation(name)) throw new RefusedError(`the balancer knows no '${name}'`);
      const asked = parse(operations[name].request, JSON.parse(await readText(request)), name);
      return { status: 200, body: await perform(name, asked) };
    } catch (error) {
      if (!(error instanceof OperatorError))
        say(`admin request failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
      return { status: error instanceof OperatorError ? 409 : 500, body: refusalOf(error) };
    }
  }
  return {
    leave: () => undefined,
    request: (request, response) => {
      void answer(request).then(({ status, body }) => send(response, status, body));
    },
    upgrade: (_request, socket) => socket.destroy(),
  };
}

function isOperation(name: string): name is Operation {
  return Object.hasOwn(operations, name);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) throw new RefusedError(`a request of more than ${largestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof OperatorError)) return { code: 'bug', message: `the balancer failed: ${String(error)}` };
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const { code, message, hint } = error;
  return { code, message: `${message}${cause}`, ...(hint === undefined ? {} : { hint }) };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
