import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What befalls a call on its way. */
export type Fault =
  | { readonly kind: 'throttled' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'server-error' }
  | { readonly kind: 'denied' }
  /** `date`: what AWS says that time it is. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly date?: Date }
  /** It reaches AWS and is carried out; its reply never arrives. */
  | { readonly kind: 'reply-lost' }
  /** It reaches AWS and is carried out; its reply is waited for in vain. */
  | { readonly kind: 'reply-held' }
  | { readonly kind: 'delayed'; readonly milliseconds: number }
  /** Answered here, for what the stand-in can't answer. */
  | { readonly kind: 'answered'; readonly body: (body: string) => string; readonly type?: string };

type Refusal = readonly [status: number, code: string, text: string];

/** In the words of S3, and of the others. */
const refusals: Readonly<
  Record<'throttled' | 'expired' | 'denied' | 'server-error', { s3: Refusal; others: Refusal }>
> = {
  throttled: {
    s3: [503, 'SlowDown', 'Please reduce your request rate.'],
    others: [400, 'ThrottlingException', 'Rate exceeded'],
  },
  expired: {
    s3: [400, 'ExpiredToken', 'The provided token has expired.'],
    others: [403, 'ExpiredTokenException', 'The security token is expired'],
  },
  denied: { s3: [403, 'AccessDenied', 'Access Denied'], others: [403, 'AccessDeniedException', 'not authorized'] },
  'server-error': {
    s3: [500, 'InternalError', 'We encountered an internal error. Please try again.'],
    others: [500, 'InternalFailure', 'try again'],
  },
};

/** A call as it arrived. */
export interface Asked {
  readonly action: string;
  /** The header that JSON services are told apart by, such as GraniteServiceVersion20100801.DescribeAlarms. */
  readonly target: string;
  readonly method: string;
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
  readonly type: string;
  readonly body: Buffer;
}

export interface Reply {
  /** 200 where it is left out. */
  readonly status?: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SeenRequest {
  readonly action: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Id of the key that it was signed with. */
  readonly signer: string | undefined;
}

/** Between clients and a stand-in for AWS: hands calls on, writes them down, and lets things befall them. */
export interface FaultProxy {
  readonly url: string;
  /** Actions that arrived, in order, such as ModifyRule. */
  readonly calls: string[];
  /** The same, with more of what was sent. */
  readonly requests: SeenRequest[];
  /** Befalls the next `times` calls of the action. */
  befall(action: string, fault: Fault, times?: number): void;
  /** Nothing befalls any call any more. */
  calm(): void;
  stop(): Promise<void>;
}

/** `instead` answers what the stand-in can't, whoever asks and however often; undefined: the stand-in is asked. */
export async function startFaultProxy(
  target: string,
  instead: (asked: Asked) => Reply | undefined | Promise<Reply | undefined> = () => undefined,
): Promise<FaultProxy> {
  const calls: string[] = [];
  const requests: SeenRequest[] = [];
  const due: { action: string; fault: Fault; left: number }[] = [];

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const action = actionOf(incoming, body);
    calls.push(action);
    const { headers, url: path = '' } = incoming;
    requests.push({ action, path, headers, signer: /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] });
    const next = due.find((candidate) => candidate.action === action && candidate.left > 0);
    if (next) next.left -= 1;
    const fault = next?.fault;
    switch (fault?.kind) {
      case undefined: {
        const reply = await instead(askedBy(incoming, action, body));
        if (!reply) return forward(target, incoming, body, outgoing);
        outgoing.writeHead(reply.status ?? 200, { 'content-type': reply.type, ...reply.headers }).end(reply.body);
        return;
      }
      case 'throttled':
      case 'expired':
      case 'denied':
      case 'server-error': {
        const [status, code, text] = refusals[fault.kind][isS3(incoming) ? 's3' : 'others'];
        refuse(incoming, outgoing, status, code, text);
        return;
      }
      case 'refused': {
        if (fault.date) outgoing.setHeader('date', fault.date.toUTCString());
        refuse(incoming, outgoing, fault.status, fault.code, 'refused');
        return;
      }
      case 'reply-lost':
        await forward(target, incoming, body, undefined);
        incoming.socket.destroy();
        return;
      case 'reply-held':
        return forward(target, incoming, body, undefined);
      case 'delayed':
        // Nobody waits for a call that was given up on.
        await new Promise((resolve) => setTimeout(resolve, fault.milliseconds).unref());
        return forward(target, incoming, body, outgoing);
      case 'answered':
        outgoing.writeHead(200, { 'content-type': fault.type ?? 'text/xml' }).end(fault.body(body.toString()));
    }
  }

  const server = createServer((incoming, outgoing) => {
    // As a proxy of HTTP it is given the whole address.
    incoming.url = incoming.url?.replace(/^http:\/\/[^/]+/, '') ?? '';
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    requests,
    calm: () => void due.splice(0),
    befall: (action, fault, times = 1) => void due.push({ action, fault, left: times }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function askedBy({ headers, method, url }: IncomingMessage, action: string, body: Buffer): Asked {
  const target = headers['x-amz-target'];
  return {
    action,
    target: typeof target === 'string' ? target : '',
    method: method ?? '',
    path: (url ?? '').split('?')[0] ?? '',
    query: (url ?? '').split('?')[1] ?? '',
    type: headers['content-type'] ?? '',
    body,
  };
}

/** From the header of JSON and CBOR services, from the body of query services, from what S3's clients say, from the path of schedules, or method and path for other REST. */
function actionOf(incoming: IncomingMessage, body: Buffer): string {
  const { headers, method, url } = incoming;
  if (isS3(incoming)) return s3Action(method ?? '', new URL(url ?? '', 'http://s3').searchParams);
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  const cbor = /\/operation\/(\w+)$/.exec(url ?? '')?.[1];
  const query = /(?:^|&)Action=(\w+)/.exec(body.toString())?.[1];
  return (
    cbor ?? query ?? scheduleAction(method ?? '', url ?? '') ?? `${method ?? ''} ${(url ?? '').split('?')[0] ?? ''}`
  );
}

const scheduleVerbs: Readonly<Record<string, string>> = { GET: 'Get', POST: 'Create', PUT: 'Update', DELETE: 'Delete' };

function scheduleAction(method: string, url: string): string | undefined {
  const verb = /^\/schedules\/[^/?]+(\?|$)/.test(url) ? scheduleVerbs[method] : undefined;
  return verb && `${verb}Schedule`;
}

function isS3({ headers }: IncomingMessage): boolean {
  return headers.authorization?.includes('/s3/aws4_request') === true;
}

function s3Action(method: string, query: URLSearchParams): string {
  if (query.has('list-type')) return 'ListObjectsV2';
  return query.get('x-id') ?? `${method} ${[...query.keys()][0] ?? ''}`;
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, status: number, code: string, text: string): void {
  const query = incoming.headers['content-type']?.includes('x-www-form-urlencoded') === true;
  const xml = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error></ErrorResponse>`;
  if (isS3(incoming)) {
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${text}</Message></Error>`;
    outgoing.writeHead(status, { 'content-type': 'application/xml' }).end(body);
    return;
  }
  outgoing.writeHead(status, { 'content-type': query ? 'text/xml' : 'application/json', 'x-amzn-errortype': code });
  outgoing.end(query ? xml : JSON.stringify({ __type: code, message: text }));
}

async function forward(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse | undefined,
): Promise<void> {
  const { method, url, headers } = incoming;
  await new Promise<void>((resolve, reject) => {
    const call = request(`${target}${url ?? ''}`, { method, headers }, (answer) => {
      answer.once('end', resolve);
      if (outgoing) answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers));
      else answer.resume();
    });
    call.once('error', reject);
    call.end(body);
  });
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
