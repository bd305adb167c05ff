import type { Visit } from './exchange.js';
import { balancerHeader } from './protocol.js';

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Back soon</title>
<h1>Back soon</h1>
<p>We are working on it. Nothing you did is lost; please try again in a few minutes.</p>
</html>
`;

/** The same for every path and method, so that nothing is read and nothing written. */
export function refuseForMaintenance(
  leftMilliseconds: number,
  { request, response, upgrade }: Pick<Visit, 'request' | 'response' | 'upgrade'>,
): void {
  const retryAfter = String(Math.max(1, Math.ceil(leftMilliseconds / 1_000)));
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(page)),
    'retry-after': retryAfter,
    'cache-control': 'no-store',
    [balancerHeader]: 'maintenance',
  };
  if (response !== undefined) {
    response.writeHead(503, headers);
    response.end(request.method === 'HEAD' ? undefined : page);
  } else {
    const lines = Object.entries({ connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`);
    upgrade?.socket.end(['HTTP/1.1 503 Service Unavailable', ...lines, '', page].join('\r\n'));
  }
}
