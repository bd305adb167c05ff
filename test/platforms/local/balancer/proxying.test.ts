import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import { allGreen, bench, eventually } from './bench.js';
import type { Bench } from './bench.js';
import { ask } from './users.js';

describe('The balancer passes requests on', function () {
  this.timeout(30_000);
  let bed: Bench;
  beforeEach(async () => {
    bed = await bench();
  });
  afterEach(() => bed.stop());

  it('with method, path, query and body', async () => {
    bed.blue.answer = (incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        response.end(`${incoming.method ?? ''} ${incoming.url ?? ''} ${String(Buffer.concat(chunks))}`),
      );
    };
    const { status, body } = await ask({ port: bed.port, method: 'POST', path: '/a/b?c=d%20e', body: 'hello' });
    expect(status).to.equal(200);
    expect(body).to.equal('POST /a/b?c=d%20e hello');
  });

  it('with bodies of 300 KB and more, both ways, by length and in chunks', async () => {
    bed.blue.answer = (incoming, response) => incoming.pipe(response);
    for (const size of [300_000, 5_000_000]) {
      const sent = Buffer.alloc(size, 'crossfade ');
      const known = await ask({ port: bed.port, method: 'POST', headers: { 'content-length': size }, body: sent });
      expect(known.body === sent.toString()).to.equal(true);
      const chunked = await ask({
        port: bed.port,
        method: 'PUT',
        headers: { 'transfer-encoding': 'chunked' },
        body: sent,
      });
      expect(chunked.body === sent.toString()).to.equal(true);
    }
  });

  it('so that status, headers and several cookies of the answer arrive as they were', async () => {
    bed.blue.answer = (_incoming, response) => {
      response.writeHead(
        418,
        'Short and stout',
        [
          ['X-Pot', 'tea'],
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
        ].flat(),
      );
      response.end('no coffee');
    };
    const { status, headers, body } = await ask({ port: bed.port });
    expect(status).to.equal(418);
    expect(headers['x-pot']).to.equal('tea');
    expect(headers['set-cookie']).to.deep.equal(['a=1', 'b=2']);
    expect(body).to.equal('no coffee');
  });

  it('so that HEAD, 204 and 304 have no body and the connection goes on', async () => {
    bed.blue.answer = (incoming, response) => {
      if (incoming.url === '/none') response.writeHead(204).end();
      else if (incoming.url === '/same') response.writeHead(304, { etag: '"x"' }).end();
      else response.writeHead(200, { 'content-length': 7 }).end('content');
    };
    expect((await ask({ port: bed.port, method: 'HEAD' })).headers['content-length']).to.equal('7');
    expect((await ask({ port: bed.port, path: '/none' })).status).to.equal(204);
    expect((await ask({ port: bed.port, path: '/same' })).headers['etag']).to.equal('"x"');
    expect((await ask({ port: bed.port })).body).to.equal('content');
  });

  it('and a stream event by event, its head before the first one', async () => {
    let write: (line: string) => void = () => undefined;
    bed.blue.answer = (_incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      write = (line) => response.write(line);
    };
    const call = request({ host: '127.0.0.1', port: bed.port });
    call.end();
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    for (const event of ['one', 'two', 'three']) {
      write(event);
      const [chunk] = (await once(answer, 'data')) as [Buffer];
      expect(chunk.toString()).to.equal(event);
    }
    call.destroy();
  });

  it('no faster than a slow reader reads', async () => {
    let written = 0;
    bed.blue.answer = (_incoming, response) => {
      const more = (): void => {
        while (written < 400) {
          written += 1;
          if (!response.write(Buffer.alloc(100_000))) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    };
    const call = request({ host: '127.0.0.1', port: bed.port });
    call.end();
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    answer.pause();
    let before = -1;
    await eventually('the slot has to wait', async () => {
      const same = before === written;
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return same;
    });
    expect(written).to.be.lessThan(300);
    let received = 0;
    answer.on('data', (chunk: Buffer) => (received += chunk.length));
    answer.resume();
    await once(answer, 'end');
    expect(received).to.equal(40_000_000);
  });

  it('and lets the slot know when the client goes away', async () => {
    let gone = false;
    bed.blue.answer = (incoming, response) => {
      response.on('close', () => (gone = true));
      incoming.resume();
    };
    const call = request({ host: '127.0.0.1', port: bed.port });
    call.on('error', () => undefined);
    call.end();
    await eventually('it arrived', () => bed.blue.requests.length === 1);
    call.destroy();
    await eventually('the slot heard', () => gone);
    await eventually(
      'nothing is in flight',
      async () => (await bed.client.call('quiet', { colour: 'blue' })).inFlight === 0,
    );
  });

  it('from clients of HTTP/1.0 and with the host in the request line', async () => {
    expect(await raw(bed.port, 'GET /x HTTP/1.0\r\n\r\n')).to.match(/^HTTP\/1\.1 200 [\s\S]*blue$/);
    expect(
      await raw(bed.port, 'GET http://example.com/y?z HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n'),
    ).to.match(/200 OK/);
    expect(bed.blue.requests.map(({ url }) => url)).to.deep.equal(['/x', '/y?z']);
  });

  it('whose client waits to be told to go on with its body', async () => {
    bed.blue.answer = (incoming, response) => incoming.pipe(response);
    const call = request({ host: '127.0.0.1', port: bed.port, method: 'POST', headers: { expect: '100-continue' } });
    call.on('continue', () => call.end('after'));
    call.flushHeaders();
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    const [body] = (await once(answer, 'data')) as [Buffer];
    expect(body.toString()).to.equal('after');
  });

  it('that the slot answers without reading all of it', async () => {
    bed.blue.answer = (_incoming, response) => response.writeHead(413, { connection: 'close' }).end('too large');
    const call = request({ host: '127.0.0.1', port: bed.port, method: 'POST' });
    call.on('error', () => undefined);
    call.write(Buffer.alloc(10_000));
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    expect(answer.statusCode).to.equal(413);
    call.destroy();
    expect((await ask({ port: bed.port, path: '/healthz' })).status).to.equal(200);
  });

  it('over kept-alive connections on both sides', async () => {
    const connections = new Set<unknown>();
    bed.blue.answer = (incoming, response) => {
      connections.add(incoming.socket);
      response.end();
    };
    for (let count = 0; count < 10; count += 1) await ask({ port: bed.port });
    expect(connections.size).to.equal(1);
  });

  describe('with headers', () => {
    it('of the hop left out, and those of the client about itself replaced', async () => {
      await ask({
        port: bed.port,
        headers: {
          host: 'shop.example',
          connection: 'keep-alive, X-Secret-Hop',
          'x-secret-hop': '1',
          te: 'trailers',
          'proxy-authorization': 'Basic abc',
          'x-forwarded-for': '6.6.6.6',
          'x-forwarded-proto': 'https',
          forwarded: 'for=6.6.6.6',
          'x-crossfade-slot': 'green',
          'x-crossfade-probe': 'guess api',
          'x-mine': 'kept',
        },
      });
      const headers = bed.blue.requests[0]?.headers ?? {};
      expect(headers).to.include({
        host: 'shop.example',
        'x-mine': 'kept',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'shop.example',
      });
      expect(headers).to.not.have.any.keys(
        'x-secret-hop',
        'te',
        'proxy-authorization',
        'forwarded',
        'x-crossfade-slot',
        'x-crossfade-probe',
      );
    });

    it('that frame the message kept, even where a Connection header names them', async () => {
      bed.blue.answer = (incoming, response) => incoming.pipe(response);
      const answer = await raw(
        bed.port,
        'POST / HTTP/1.1\r\nHost: a\r\nConnection: close, content-length, host\r\nContent-Length: 5\r\n\r\nhello',
      );
      expect(answer).to.match(/200 OK[\s\S]*hello/);
      expect(bed.blue.requests[0]?.headers['content-length']).to.equal('5');
      expect(bed.blue.requests[0]?.headers.host).to.equal('a');
    });

    it('of the balancer taken off the answers of slots', async () => {
      bed.blue.answer = (_incoming, response) => {
        response.setHeader('x-crossfade-balancer', 'no-target');
        response.setHeader('keep-alive', 'timeout=9');
        response.end();
      };
      expect((await ask({ port: bed.port })).headers).to.not.have.property('x-crossfade-balancer');
    });
  });

  describe('but not one that two parsers may read differently', () => {
    const cases: Record<string, string> = {
      'two lengths': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!',
      'a length and chunks':
        'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n',
      'an unknown coding': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
      'two codings': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
      'two hosts': 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
      'no host': 'GET / HTTP/1.1\r\n\r\n',
      'a bare line feed in a header': 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\n\nGET /smuggled HTTP/1.1\r\n\r\n',
      'a folded header': 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\nabc',
      'a space before the colon': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello',
      'a chunk length out of range':
        'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n',
      'a path without a slash': 'GET x HTTP/1.1\r\nHost: a\r\n\r\n',
      'a NUL in a header': 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n',
      'an upgrade with a body':
        'POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello',
    };
    for (const [what, text] of Object.entries(cases)) {
      it(`such as one with ${what}`, async () => {
        const answer = await raw(bed.port, text);
        expect(answer.slice(0, 12)).to.match(/^HTTP\/1\.1 (400|413)/);
        expect(answer.match(/HTTP\/1\.1/g)).to.have.length(1);
        expect(bed.blue.requests.map(({ url }) => url)).to.not.include('/smuggled');
        expect((await ask({ port: bed.port })).status).to.equal(200);
      });
    }

    it('nor a head without end', async () => {
      expect(await raw(bed.port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`)).to.match(
        /^HTTP\/1\.1 431/,
      );
    });
  });

  it('and a request to upgrade to something else as if it had not asked', async () => {
    const answer = await raw(
      bed.port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n',
    );
    expect(answer).to.match(/^HTTP\/1\.1 200 OK[\s\S]*blue$/);
    expect(bed.blue.requests[0]?.headers).to.not.have.property('upgrade');
  });

  it('also from a client that writes byte by byte, while others are served', async () => {
    const socket = connect({ host: '127.0.0.1', port: bed.port });
    let answer = '';
    const closed = once(socket, 'close');
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    for (const byte of 'GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n') {
      socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await ask({ port: bed.port })).status).to.equal(200);
    await closed;
    expect(answer).to.match(/200 OK/);
  });

  describe('and says so itself', () => {
    it('404 where no route matches, 503 where the route is not open yet', async () => {
      await bed.client.call('close', { services: ['api'], token: 0 });
      await bed.client.call('putRoutes', { routes: { api: { path: '/api', health: { path: '/healthz' } } } });
      const other = await ask({ port: bed.port, path: '/apiary' });
      expect([other.status, other.headers['x-crossfade-balancer']]).to.deep.equal([404, 'no-route']);
      const dark = await ask({ port: bed.port, path: '/api' });
      expect([dark.status, dark.headers['x-crossfade-balancer']]).to.deep.equal([503, 'not-open']);
    });

    it('504 when the slot does not answer in time', async () => {
      const impatient = await bench({ limits: { connectMilliseconds: 2_000, answerMilliseconds: 200 } });
      impatient.blue.answer = () => undefined;
      const { status, headers } = await ask({ port: impatient.port });
      await impatient.stop();
      expect([status, headers['x-crossfade-balancer']]).to.deep.equal([504, 'no-answer-in-time']);
    });

    it('502 when the slot breaks off before it answers', async () => {
      bed.blue.answer = (incoming) => incoming.socket.destroy();
      const { status, headers } = await ask({ port: bed.port, method: 'POST', body: 'x' });
      expect([status, headers['x-crossfade-balancer']]).to.deep.equal([502, 'no-answer']);
    });

    it('502 when the slot answers what is not HTTP', async () => {
      bed.blue.answer = (incoming) => incoming.socket.end('SSH-2.0-OpenSSH_9.2\r\n');
      expect((await ask({ port: bed.port })).status).to.equal(502);
      expect((await ask({ port: bed.port, path: '/healthz' })).status).to.equal(200);
    });

    it('502 when the head of the answer may not be passed on, and goes on', async () => {
      bed.blue.answer = (incoming) => incoming.socket.end('HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nhi');
      const { status, headers } = await ask({ port: bed.port });
      expect(status).to.equal(502);
      expect(headers['x-crossfade-balancer']).to.be.oneOf(['unreadable-answer', 'no-answer']);
      expect((await ask({ port: bed.port, path: '/healthz' })).status).to.equal(200);
    });

    it('and breaks the connection when the slot breaks off in the middle of its answer', async () => {
      bed.blue.answer = (incoming, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => incoming.socket.destroy());
      };
      const outcome = await ask({ port: bed.port }).then(
        () => 'answered',
        () => 'broken',
      );
      expect(outcome).to.equal('broken');
    });
  });

  describe('again', () => {
    it('when a kept-alive connection was reset before any byte of an answer came, for what may be repeated', async () => {
      await ask({ port: bed.port });
      let resets = 0;
      bed.blue.answer = (incoming, response) => {
        resets += 1;
        if (resets === 1) incoming.socket.resetAndDestroy();
        else response.end('second');
      };
      expect((await ask({ port: bed.port })).body).to.equal('second');
      expect(resets).to.equal(2);
    });

    it('only once', async () => {
      await ask({ port: bed.port });
      bed.blue.answer = (incoming) => incoming.socket.resetAndDestroy();
      expect((await ask({ port: bed.port })).status).to.equal(502);
      expect(bed.blue.requests).to.have.length(3);
    });

    it('but not on a connection that was new: then it was the slot that gave no answer', async () => {
      bed.blue.answer = (incoming) => incoming.socket.resetAndDestroy();
      expect((await ask({ port: bed.port })).status).to.equal(502);
      expect(bed.blue.requests).to.have.length(1);
    });

    it('but not on a slot that traffic was taken from in between', async () => {
      await ask({ port: bed.port });
      bed.blue.answer = (incoming) => {
        void bed.shift(allGreen).then(() => incoming.socket.resetAndDestroy());
      };
      expect((await ask({ port: bed.port })).body).to.equal('green');
      expect(bed.blue.requests).to.have.length(2);
    });

    it('but never a POST', async () => {
      await ask({ port: bed.port });
      bed.blue.answer = (incoming) => incoming.socket.resetAndDestroy();
      expect((await ask({ port: bed.port, method: 'POST' })).status).to.equal(502);
      expect(bed.blue.requests).to.have.length(2);
    });

    it('to another replica when one refuses the connection, whatever the method, with the whole body', async () => {
      const dead = await bed.serve('blue', 'api');
      bed.blue.answer = (incoming, response) => incoming.pipe(response);
      await bed.client.call('putTargets', {
        colour: 'blue',
        service: 'api',
        targets: [
          { id: 'dead', port: dead.port },
          { id: 'alive', port: bed.blue.port },
        ],
      });
      await bed.healthy();
      dead.server.close();
      dead.server.closeAllConnections();
      const body = 'z'.repeat(300_000);
      for (let count = 0; count < 6; count += 1) {
        const answer = await ask({ port: bed.port, method: 'POST', body });
        expect(answer.status).to.equal(200);
        expect(answer.body === body).to.equal(true);
      }
    });
  });

  it('evenly over the replicas of a slot, and not to one that is unwell', async () => {
    const second = await bed.serve('blue', 'api');
    await bed.client.call('putTargets', {
      colour: 'blue',
      service: 'api',
      targets: [
        { id: '1', port: bed.blue.port },
        { id: '2', port: second.port },
      ],
    });
    await bed.healthy();
    for (let count = 0; count < 20; count += 1) await ask({ port: bed.port });
    expect([bed.blue.requests.length, second.requests.length]).to.deep.equal([10, 10]);
    second.healthy = false;
    await eventually('the second is unwell', async () =>
      ((await bed.client.call('read', {})).targets.blue['api'] ?? []).some(({ health }) => health === 'unhealthy'),
    );
    for (let count = 0; count < 10; count += 1) await ask({ port: bed.port });
    expect(second.requests).to.have.length(10);
  });
});

/** Sends bytes as they are and gives all that comes back until the connection ends. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let answer = '';
    socket.setTimeout(3_000, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : undefined));
    socket.write(text, 'latin1');
  });
}
