import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProxyServer } from 'httpxy';

/** httpxy alone: a weighted choice between the two ports of its arguments, and nothing else. */
const [blue = '', green = ''] = process.argv.slice(2).map((port) => `http://127.0.0.1:${port}`);
const proxy = createProxyServer({ agent: new Agent({ keepAlive: true }) });

const server = createServer((request, response) => {
  proxy.web(request, response, { target: Math.random() < 0.9 ? blue : green }).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
