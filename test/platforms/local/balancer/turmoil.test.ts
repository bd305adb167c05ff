import { Agent, request } from 'node:http';
import { expect } from 'chai';
import { SeededRandom } from '../../../support/seeded-random.js';
import { bench, eventually } from './bench.js';
import type { Bench } from './bench.js';
import type { SlotServer } from './slot-server.js';
import { ask } from './users.js';

describe('The balancer in turmoil', () => {
  let bed: Bench;
  beforeEach(async () => {
    bed = await bench({ limits: { connectMilliseconds: 200, answerMilliseconds: 200 } });
  });
  afterEach(() => bed.stop());

  it('counts every request once, leaves nothing in flight, and still serves', async function () {
    this.timeout(30_000);
    const random = new SeededRandom(42);
    const pick = (choices: number): number => Math.floor(random.next() * choices);
    for (const slot of [bed.blue, bed.green]) misbehave(slot, pick);
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtExceptionMonitor', note);
    const mark = await bed.shift({ blue: 50, green: 50 });
    const agent = new Agent({ keepAlive: true, maxSockets: 30 });
    const sent = 600;
    let begun = 0;
    let answered = 0;
    let token = 1;
    const client = async (): Promise<void> => {
      while (begun < sent) {
        begun += 1;
        if (begun % 50 === 0) {
          const blue = pick(101);
          await bed.shift({ blue, green: 100 - blue }, (token += 1));
        }
        if (await rudely(bed.port, agent, pick)) answered += 1;
      }
    };
    await Promise.all(Array.from({ length: 30 }, client));
    agent.destroy();
    await eventually('nothing is in flight', async () => {
      const quiet = await Promise.all(
        (['blue', 'green'] as const).map((colour) => bed.client.call('quiet', { colour })),
      );
      return quiet.every(({ inFlight }) => inFlight === 0);
    });
    process.off('uncaughtExceptionMonitor', note);
    expect(uncaught).to.deep.equal([]);

    const { samples } = await bed.client.call('observe', { since: mark });
    const counted = (samples.blue['api']?.requests ?? 0) + (samples.green['api']?.requests ?? 0);
    expect(answered).to.be.greaterThan(sent / 2);
    // Whoever is gone before the request was read is not counted; one whose slot had nobody is charged to both.
    expect(counted).to.be.within(answered, sent * 1.05);
    const { targets } = await bed.client.call('read', {});
    for (const colour of ['blue', 'green'] as const) expect(targets[colour]['api']?.[0]?.inFlight).to.equal(0);
    for (const slot of [bed.blue, bed.green]) slot.answer = (_incoming, response) => response.end('well');
    expect((await ask({ port: bed.port })).body).to.equal('well');
  });
});

/** Answers well, late, never, in halves, with a broken connection, or without reading. */
function misbehave(slot: SlotServer, pick: (choices: number) => number): void {
  slot.answer = (incoming, response) => {
    switch (pick(8)) {
      case 0:
        incoming.socket.resetAndDestroy();
        return;
      case 1:
        incoming.socket.write('nonsense\r\n\r\n');
        incoming.socket.end();
        return;
      case 2:
        response.writeHead(200, { 'content-length': 1_000 });
        response.write('half', () => incoming.socket.destroy());
        return;
      case 3:
        setTimeout(() => response.end('late'), pick(300));
        return;
      case 4:
        response.writeHead(413, { connection: 'close' }).end();
        return;
      default:
        incoming.resume();
        response.end(Buffer.alloc(pick(50_000)));
    }
  };
}

/** Sends a request and is patient, or leaves at some point; resolves in any case, to whether it was answered for a slot. */
function rudely(port: number, agent: Agent, pick: (choices: number) => number): Promise<boolean> {
  return new Promise((resolve) => {
    const method = (['GET', 'POST', 'PUT', 'DELETE'] as const)[pick(4)] ?? 'GET';
    const upgrade = pick(10) === 0 ? { connection: 'Upgrade', upgrade: 'websocket' } : {};
    const call = request({ host: '127.0.0.1', port, method, agent, headers: upgrade });
    call.on('error', () => undefined);
    let answered = false;
    call.on('close', () => resolve(answered));
    call.on('response', (answer) => {
      // An upgrade with a body is the balancer's own to refuse.
      answered = answer.statusCode !== 400;
      answer.on('error', () => undefined);
      if (pick(5) === 0) answer.destroy();
      else answer.resume();
    });
    if (method === 'POST' || method === 'PUT') call.write(Buffer.alloc(pick(20_000)));
    const patience = pick(4);
    if (patience === 0) setTimeout(() => call.destroy(), pick(40));
    else if (patience === 1) setTimeout(() => call.end(), pick(40));
    else call.end();
    setTimeout(() => call.destroy(), 2_000).unref();
  });
}
