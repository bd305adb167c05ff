import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { startLoad } from '../../../demo/load/start-load.js';
import type { LoadSecond } from '../../../demo/load/lines.js';

describe('startLoad', function () {
  this.timeout(30_000);
  let server: Server;

  afterEach(async () => {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), 'close');
  });

  async function listen(answer: RequestListener): Promise<string> {
    server = createServer(answer);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  it('counts exactly what the server saw, by who answered and how', async () => {
    let seen = 0;
    const url = await listen((request, response) => {
      seen += 1;
      const bad = seen % 10 === 0;
      if (seen % 25 === 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(bad ? 500 : 200, { 'x-version': bad ? '2.0.0' : '1.0.0', 'x-colour': bad ? 'green' : 'blue' });
      response.end('ok');
    });
    const seconds: LoadSecond[] = [];
    const load = startLoad({ url, perSecond: 200, onSecond: (second) => seconds.push(second) });
    while (seconds.length < 2) await setTimeout(50);
    const summary = await load.stop();

    const group = (colour: string | null) => summary.groups.find((one) => one.colour === colour);
    expect(summary.requests).to.equal(seen);
    expect(summary.requests / summary.seconds).to.be.closeTo(200, 20);
    const cut = Math.floor(seen / 25);
    const bad = Math.floor(seen / 10) - Math.floor(seen / 50);
    expect(group(null)?.failures).to.deep.equal({ UND_ERR_SOCKET: cut });
    expect(group('green')?.failures).to.deep.equal({ '500': bad });
    expect(group('blue')?.failures).to.deep.equal({});
    expect(group('blue')?.requests).to.equal(seen - cut - bad);
    expect(summary.failures.length).to.equal(Math.min(100, cut + bad));
  });

  it('does not slow down for a server that does', async () => {
    let seen = 0;
    const url = await listen((_request, response) => {
      seen += 1;
      void setTimeout(1_500).then(() => response.end('late'));
    });
    const seconds: LoadSecond[] = [];
    const load = startLoad({ url, perSecond: 50, onSecond: (second) => seconds.push(second) });
    while (seconds.length < 1) await setTimeout(20);
    const inFlight = seconds[0]!.inFlight;
    const summary = await load.stop();
    expect(inFlight).to.be.within(40, 60);
    expect(summary.requests).to.equal(seen);
    expect(summary.groups[0]?.failures).to.deep.equal({});
    expect(summary.groups[0]?.milliseconds.p50).to.be.within(1_450, 2_000);
  });

  it('counts every request to a closed port as failed', async () => {
    const url = await listen(() => undefined);
    await once(server.close(), 'close');
    const seconds: LoadSecond[] = [];
    const load = startLoad({ url, perSecond: 50, onSecond: (second) => seconds.push(second) });
    while (seconds.length < 1) await setTimeout(20);
    const { requests, groups } = await load.stop();
    expect(requests).to.be.above(20);
    expect(groups).to.have.length(1);
    expect(groups[0]?.failures).to.deep.equal({ ECONNREFUSED: requests });
  });
});
