import { expect } from 'chai';
import WebSocket, { WebSocketServer } from 'ws';
import { RefusedError } from '../../../../contract/errors.js';
import type { Maintenance } from '../../../../pipeline/ports/maintenance.js';
import { Balancer } from '../../../../platforms/local/host/balancer/balancer.js';
import { localMaintenance } from '../../../../platforms/local/maintenance.js';
import { localMetrics } from '../../../../platforms/local/metrics.js';
import { rejection } from '../../../support/rejection.js';
import { bench, eventually } from './bench.js';
import type { Bench } from './bench.js';
import { ask } from './users.js';

const anHour = { owner: 'ada', because: 'a restore', forMilliseconds: 3_600_000 };

describe('The maintenance page of the local balancer', function () {
  this.timeout(30_000);
  let bed: Bench;
  let maintenance: Maintenance;
  beforeEach(async () => {
    bed = await bench();
    maintenance = localMaintenance(bed.client);
  });
  afterEach(() => bed.stop());

  it('is what users get for every path and method, with 503 and when to try again', async () => {
    await maintenance.on(anHour);
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/api/orders'],
      ['DELETE', '/api/orders/7'],
    ] as const) {
      const answer = await ask({ port: bed.port, method, path });
      expect(answer.status).to.equal(503);
      expect(answer.headers['x-crossfade-balancer']).to.equal('maintenance');
      expect(Number(answer.headers['retry-after'])).to.be.within(3_590, 3_600);
      expect(answer.headers['cache-control']).to.equal('no-store');
      expect(answer.body).to.contain('Back soon').and.not.to.contain('a restore');
    }
    expect((await ask({ port: bed.port, method: 'HEAD' })).body).to.equal('');
    expect(bed.blue.requests).to.have.length(0);
  });

  it('lets no write through, and reads bodies to their end without passing them on', async () => {
    await maintenance.on(anHour);
    const body = Buffer.alloc(200_000, 'x');
    const headers = { 'content-length': body.length };
    expect((await ask({ port: bed.port, method: 'POST', path: '/orders', headers, body })).status).to.equal(503);
    expect(bed.blue.requests).to.have.length(0);
  });

  it('leaves the test route and the balancer’s own probes as they are', async () => {
    await maintenance.on(anHour);
    const socketPath = bed.balancer.options.testSocket;
    for (const slot of ['blue', 'green'])
      expect((await ask({ socketPath, headers: { 'x-crossfade-slot': slot } })).body).to.equal(slot);
    expect(await bed.client.call('probe', { service: 'api', count: 20 })).to.deep.include({
      chosen: { blue: 20, green: 0 },
    });
  });

  it('counts as no request and no error of any slot', async () => {
    const metrics = localMetrics(bed.client);
    const mark = await metrics.mark();
    await maintenance.on(anHour);
    for (let count = 0; count < 5; count += 1) await ask({ port: bed.port });
    await maintenance.off();
    await ask({ port: bed.port });
    const { samples } = await metrics.observe(mark);
    expect(samples.blue['api']).to.include({ requests: 1, errors: 0 });
  });

  it('ends websockets, which would go on writing behind it, and begins none', async () => {
    const sockets = new WebSocketServer({ server: bed.blue.server });
    const address = `ws://127.0.0.1:${bed.port}/`;
    const open = new WebSocket(address);
    await new Promise((resolve) => open.once('open', resolve));
    const closed = new Promise<number>((resolve) => open.once('close', resolve));
    await maintenance.on(anHour);
    expect(await closed).to.equal(1001);
    const refused = await rejection(
      new Promise((resolve, reject) => {
        new WebSocket(address).once('open', resolve).once('error', reject);
      }),
    );
    expect(refused.message).to.contain('503');
    sockets.close();
  });

  it('ends when it is switched off, by its owner or by whoever names none, and not by another', async () => {
    await maintenance.on(anHour);
    expect(await maintenance.off('grace')).to.equal(undefined);
    expect((await ask({ port: bed.port })).status).to.equal(503);
    expect(await maintenance.off('ada')).to.include({ owner: 'ada', because: 'a restore' });
    expect((await ask({ port: bed.port })).body).to.equal('blue');
    expect(await maintenance.off()).to.equal(undefined);
    await maintenance.on(anHour);
    expect(await maintenance.off()).to.include({ owner: 'ada' });
  });

  it('is not taken over by another owner; the same one moves its end and keeps its beginning', async () => {
    const first = await maintenance.on(anHour);
    const refused = await rejection(maintenance.on({ ...anHour, owner: 'run-1' }), RefusedError);
    expect(refused.message).to.contain('by ada: a restore');
    const moved = await maintenance.on({ ...anHour, forMilliseconds: 60_000 });
    expect(moved).to.deep.equal({ ...first, remainingMilliseconds: 60_000 });
    expect((await maintenance.read())?.remainingMilliseconds).to.be.within(1, 60_000);
  });

  it('ends by itself when its time is over, with nobody left to end it', async () => {
    const began = performance.now();
    await maintenance.on({ ...anHour, forMilliseconds: 400 });
    expect((await ask({ port: bed.port })).status).to.equal(503);
    await eventually('users are let in', async () => (await ask({ port: bed.port })).status === 200);
    expect(performance.now() - began).to.be.at.least(400);
    expect(await maintenance.read()).to.equal(undefined);
    await eventually('it says so', () =>
      bed.said.some((line) => line.includes('maintenance by ada has ended by itself')),
    );
  });

  it('is still on after a restart of the balancer, with what was left of its time', async () => {
    await maintenance.on({ ...anHour, forMilliseconds: 5_000 });
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    const { port, options } = bed.balancer;
    await bed.balancer.close(0);
    const again = await Balancer.open({ ...options, port, directory: options.directory });
    try {
      expect((await ask({ port })).status).to.equal(503);
      expect((await maintenance.read())?.remainingMilliseconds).to.be.below(4_500);
      await eventually('users are let in', async () => (await ask({ port })).headers['retry-after'] === undefined);
    } finally {
      await again.close(0);
    }
  });

  it('is off in a state file from before it was there', async () => {
    const { balancerStateSchema } = await import('../../../../platforms/local/host/balancer/state.js');
    const { maintenance: _left, ...earlier } = bed.balancer.committed.committed;
    expect(balancerStateSchema.parse(earlier).maintenance).to.equal(null);
  });
});
