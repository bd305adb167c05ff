import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import { WebSocket, WebSocketServer } from 'ws';
import { allGreen, bench, eventually, half } from './bench.js';
import type { Bench } from './bench.js';
import type { SlotServer } from './slot-server.js';
import { crowd } from './users.js';

describe('Websockets through the balancer', function () {
  this.timeout(30_000);
  let bed: Bench;
  const opened: WebSocket[] = [];
  const servers: WebSocketServer[] = [];

  beforeEach(async () => {
    bed = await bench();
    for (const colour of ['blue', 'green'] as const) accept(bed[colour], colour);
  });
  afterEach(async () => {
    for (const socket of opened.splice(0)) {
      socket.on('error', () => undefined);
      socket.terminate();
    }
    for (const server of servers.splice(0)) {
      for (const client of server.clients) client.terminate();
      server.close();
    }
    await bed.stop();
  });

  function accept(slot: SlotServer, name: string): WebSocketServer {
    const server = new WebSocketServer({ server: slot.server });
    server.on('connection', (socket) => {
      socket.on('message', (message: Buffer, isBinary) => {
        if (isBinary) socket.send(message);
        else socket.send(`${name}: ${message.toString()}`);
      });
    });
    servers.push(server);
    return server;
  }

  async function open(path = '/', options = {}): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${bed.port}${path}`, { handshakeTimeout: 5_000, ...options });
    opened.push(socket);
    await once(socket, 'open');
    return socket;
  }

  async function echo(socket: WebSocket, text: string): Promise<string> {
    const answer = once(socket, 'message') as Promise<[Buffer]>;
    socket.send(text);
    return (await answer)[0].toString();
  }

  const inFlight = async (colour: 'blue' | 'green'): Promise<number> =>
    (await bed.client.call('quiet', { colour })).inFlight;

  it('carry messages both ways, large ones too', async () => {
    const socket = await open();
    expect(await echo(socket, 'hello')).to.equal('blue: hello');
    const large = Buffer.alloc(3_000_000, 'x');
    const answer = once(socket, 'message') as Promise<[Buffer]>;
    socket.send(large, { binary: true });
    expect((await answer)[0].equals(large)).to.equal(true);
  });

  it('carry what the server says right with its handshake', async () => {
    servers[0]?.on('connection', (socket) => socket.send('welcome'));
    const socket = new WebSocket(`ws://127.0.0.1:${bed.port}`);
    opened.push(socket);
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(message.toString()).to.equal('welcome');
  });

  it('keep the protocol that both sides agreed on', async () => {
    const socket = await open('/', { protocol: undefined });
    expect(socket.protocol).to.equal('');
    const chosen = new WebSocket(`ws://127.0.0.1:${bed.port}`, ['chat', 'other']);
    opened.push(chosen);
    await once(chosen, 'open');
    expect(chosen.protocol).to.equal('chat');
  });

  it('count as in flight until they end, and as one request each', async () => {
    const { mark } = await bed.client.call('mark', {});
    const sockets = await Promise.all([open(), open(), open()]);
    expect(await inFlight('blue')).to.equal(3);
    for (const socket of sockets) socket.close();
    await eventually('they have ended', async () => (await inFlight('blue')) === 0);
    const { samples } = await bed.client.call('observe', { since: mark });
    expect(samples.blue['api']).to.include({ requests: 3, errors: 0 });
  });

  it('pass the close code of either side on', async () => {
    const fromClient = await open();
    const [server] = servers;
    const closedAtServer = new Promise<number>((resolve) => {
      for (const socket of server?.clients ?? []) socket.on('close', resolve);
    });
    fromClient.close(4001, 'bye');
    expect(await closedAtServer).to.equal(4001);
    const fromServer = await open();
    for (const socket of server?.clients ?? []) socket.close(4002);
    expect((await once(fromServer, 'close'))[0]).to.equal(4002);
  });

  it('end on the other side when one side breaks', async () => {
    const socket = await open();
    for (const client of servers[0]?.clients ?? []) client.terminate();
    expect((await once(socket, 'close'))[0]).to.equal(1006);
    const other = await open();
    other.terminate();
    await eventually('the slot has none left', () => servers[0]?.clients.size === 0);
    await eventually('nothing is in flight', async () => (await inFlight('blue')) === 0);
  });

  it('get the answer of a slot that does not want them', async () => {
    const refusing = await bed.serve('blue', 'api');
    refusing.answer = (_incoming, response) => response.writeHead(401, { 'x-why': 'no ticket' }).end('no');
    await bed.healthy();
    const socket = new WebSocket(`ws://127.0.0.1:${bed.port}`);
    opened.push(socket);
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(answer.statusCode).to.equal(401);
    expect(answer.headers['x-why']).to.equal('no ticket');
    answer.resume();
    await eventually('nothing is in flight', async () => (await inFlight('blue')) === 0);
  });

  it('get 502 when nobody is there, and do not bring the balancer down', async () => {
    await bed.blue.stop();
    const socket = new WebSocket(`ws://127.0.0.1:${bed.port}`);
    opened.push(socket);
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(answer.statusCode).to.equal(502);
    answer.resume();
    expect(await inFlight('green')).to.equal(0);
  });

  it('survive a client that leaves in the middle of the handshake', async () => {
    const socket = connect({ host: '127.0.0.1', port: bed.port });
    socket.on('error', () => undefined);
    socket.write(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n',
    );
    socket.write('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    socket.resetAndDestroy();
    await eventually('nothing is in flight', async () => (await inFlight('blue')) === 0);
    expect(await echo(await open(), 'still here')).to.equal('blue: still here');
  });

  it('fault 35: stay with their slot over a switch, are seen in flight, and are drained or hung up on request', async () => {
    const before = await Promise.all(Array.from({ length: 5 }, () => open()));
    const users = crowd(20, { port: bed.port });
    await eventually('all have a connection', () => (users.bodies.get('blue') ?? 0) >= 20);
    const mark = await bed.shift(allGreen);
    await eventually('all are served by green', () => (users.bodies.get('green') ?? 0) >= 100);
    await users.leave();
    expect(users.failures).to.deep.equal([]);
    // Connections are kept, requests are not: none of the 20 asked blue again.
    expect((await bed.client.call('choices', { since: mark })).services['api']?.blue).to.equal(0);
    for (const socket of before) expect(await echo(socket, 'x')).to.equal('blue: x');
    expect(await echo(await open(), 'y')).to.equal('green: y');
    expect(await inFlight('blue')).to.equal(5);
    const { idleMilliseconds } = await bed.client.call('quiet', { colour: 'blue' });
    expect(idleMilliseconds).to.be.greaterThan(0);

    // Two leave by themselves, three only when they are told to.
    before[0]?.close();
    before[1]?.close();
    await eventually('two have left', async () => (await inFlight('blue')) === 3);
    const codes = before.slice(2).map(async (socket) => (await once(socket, 'close'))[0] as number);
    expect(await bed.client.call('hangUp', { colour: 'blue' })).to.deep.equal({ closed: 3, reset: 0 });
    expect(await Promise.all(codes)).to.deep.equal([1001, 1001, 1001]);
    await eventually('blue is drained', async () => (await inFlight('blue')) === 0);
    expect(await inFlight('green')).to.equal(1);
  });

  it('are reset by a hang-up in the middle of a frame, never given half a message with a good end', async () => {
    const socket = await open();
    const [raw] = [...(servers[0]?.clients ?? [])] as unknown as { _socket: Socket }[];
    const { _socket: received } = socket as unknown as { _socket: Socket };
    const before = received.bytesRead;
    // A text frame of 100 bytes of which only ten come.
    raw?._socket.write(Buffer.concat([Buffer.from([0x81, 100]), Buffer.alloc(10, 'a')]));
    await eventually('they have come through', () => received.bytesRead === before + 12);
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    expect(await bed.client.call('hangUp', { colour: 'blue' })).to.deep.equal({ closed: 0, reset: 1 });
    expect((await closed)[0]).to.equal(1006);
  });

  it('divide as the weights say and stay put while they change', async () => {
    await bed.shift(half);
    const sockets = await Promise.all(Array.from({ length: 40 }, () => open()));
    const slots = await Promise.all(sockets.map((socket) => echo(socket, '')));
    expect(new Set(slots)).to.deep.equal(new Set(['blue: ', 'green: ']));
    await bed.shift(allGreen, 2);
    expect(await Promise.all(sockets.map((socket) => echo(socket, '')))).to.deep.equal(slots);
  });
});
