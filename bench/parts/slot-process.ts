import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A slot of one small answer. Tells its parent the port, and when asked, the wall time at which its last user's request began. */
let lastBegan = 0;

const server = createServer((request, response) => {
  // A slot without traffic is asked after its health all the same.
  if (request.headers['user-agent'] !== 'crossfade-health') lastBegan = performance.timeOrigin + performance.now();
  response.setHeader('content-type', 'text/plain');
  response.end('hello');
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ lastBegan }));
process.on('disconnect', () => process.exit());
