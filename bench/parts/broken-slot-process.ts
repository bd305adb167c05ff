import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A slot that is well as far as health checks see, and answers every user with its own error. Tells what slot-process does. */
let lastBegan = 0;

const server = createServer((request, response) => {
  if (request.headers['user-agent'] === 'crossfade-health') {
    response.end('ok');
    return;
  }
  lastBegan = performance.timeOrigin + performance.now();
  response.writeHead(500, { 'x-own-error': '1' }).end('broken');
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ lastBegan }));
process.on('disconnect', () => process.exit());
