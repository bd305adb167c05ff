import { expect } from 'chai';
import { PlatformError } from '../../../../contract/errors.js';
import { probeSlot } from '../../../../platforms/local/probe.js';
import { rejection } from '../../../support/rejection.js';
import { bench } from './bench.js';
import type { Bench } from './bench.js';
import { ask } from './users.js';

describe('The test route', function () {
  this.timeout(30_000);
  let bed: Bench;
  let socketPath: string;
  const signal = new AbortController().signal;
  beforeEach(async () => {
    bed = await bench();
    socketPath = bed.balancer.options.testSocket;
  });
  afterEach(() => bed.stop());

  it('reaches the slot that the header names, whatever the weights', async () => {
    for (const slot of ['blue', 'green']) {
      expect((await ask({ socketPath, headers: { 'x-crossfade-slot': slot } })).body).to.equal(slot);
    }
  });

  it('is no way in for users: the header means nothing on their port', async () => {
    const answer = await ask({
      port: bed.port,
      headers: { 'x-crossfade-slot': 'green', 'x-crossfade-service': 'api' },
    });
    expect(answer.body).to.equal('blue');
    expect(bed.green.requests).to.have.length(0);
  });

  it('wants to be told which slot', async () => {
    for (const headers of [{}, { 'x-crossfade-slot': 'red' }, { 'x-crossfade-slot': 'blue, green' }]) {
      expect((await ask({ socketPath, headers })).status).to.equal(400);
    }
  });

  it('answers dark routes, which users do not get', async () => {
    const health = { path: '/healthz' };
    await bed.client.call('putRoutes', { routes: { api: { path: '/', health }, shop: { path: '/shop', health } } });
    await bed.serve('green', 'shop');
    expect((await ask({ socketPath, path: '/shop', headers: { 'x-crossfade-slot': 'green' } })).body).to.equal(
      'shop green',
    );
    expect((await ask({ port: bed.port, path: '/shop' })).body).to.equal('blue');
  });

  it('is only for those who may read its file', async () => {
    const { stat } = await import('node:fs/promises');
    for (const path of [socketPath, bed.client.adminSocket]) expect((await stat(path)).mode & 0o777).to.equal(0o600);
  });

  describe('as a probe', () => {
    it('gives status, headers, body and time, by the name of the service', async () => {
      bed.green.answer = (incoming, response) => {
        response.writeHead(302, { location: '/elsewhere', 'x-version': '2.0.0' });
        response.end(`${incoming.method ?? ''} ${incoming.headers['x-mine']?.toString() ?? ''}`);
      };
      const request = { service: 'api', method: 'POST', path: '/deep?x', headers: { 'x-mine': 'yes' } };
      const answer = await probeSlot(socketPath, 'green', request, signal);
      expect(answer.status).to.equal(302);
      expect(answer.headers).to.include({ location: '/elsewhere', 'x-version': '2.0.0' });
      expect(answer.body).to.equal('POST yes');
      expect(answer.milliseconds).to.be.greaterThan(0);
      expect(bed.green.requests[0]?.url).to.equal('/deep?x');
      expect(bed.blue.requests).to.have.length(0);
    });

    it('reads at most 64 KiB', async () => {
      bed.green.answer = (_incoming, response) => response.end('x'.repeat(1_000_000));
      const { body } = await probeSlot(socketPath, 'green', { service: 'api', method: 'GET', path: '/' }, signal);
      expect(body).to.have.length(65_536);
    });

    it('says when nothing answers, which is not the same as an answer of 503', async () => {
      bed.green.answer = (_incoming, response) => response.writeHead(503).end('busy');
      const probe = { service: 'api', method: 'GET', path: '/' };
      expect((await probeSlot(socketPath, 'green', probe, signal)).status).to.equal(503);
      await bed.client.call('removeTargets', { colour: 'green' });
      const error = await rejection(probeSlot(socketPath, 'green', probe, signal), PlatformError);
      expect(error.message).to.equal('GET / of api in green: nothing answers there (no-target)');
    });

    it('gives up in time, or when it is told to', async () => {
      bed.green.answer = () => undefined;
      const probe = { service: 'api', method: 'GET', path: '/', timeoutMilliseconds: 100 };
      const late = await rejection(probeSlot(socketPath, 'green', probe, signal), PlatformError);
      expect(late.message).to.contain('no answer within 100 ms');
      const reason = new Error('interrupted');
      expect(await rejection(probeSlot(socketPath, 'green', probe, AbortSignal.abort(reason)))).to.equal(reason);
    });
  });
});
