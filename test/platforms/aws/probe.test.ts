import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { PlatformError } from '../../../contract/errors.js';
import { OwnRequests } from '../../../platforms/aws/own-requests.js';
import { probeSlot, type Door } from '../../../platforms/aws/probe.js';
import { topUpBy } from '../../../platforms/aws/top-up.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

describe('requests of our own to a balancer', () => {
  let server: Server;
  let url: string;
  let asked: Asked[];
  let answer: { status: number; headers: Record<string, string>; body: string } | undefined;
  const never = new AbortController().signal;

  beforeEach(async () => {
    asked = [];
    answer = { status: 200, headers: { 'x-version': '1' }, body: 'ok' };
    server = createServer(({ method, url: path, headers }, response) => {
      asked.push({ method, url: path, headers });
      if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  describe('probeSlot', () => {
    const request = { service: 'api', method: 'GET', path: '/api/healthz?deep=1' };
    const door = (): Door => ({ url, hostOf: () => 'shop.example.com' });

    it('asks the slot by its header, under the name that the service has', async () => {
      const { status, body, headers } = await probeSlot(door(), 'green', request, never);
      expect({ status, body, version: headers['x-version'] }).to.deep.equal({ status: 200, body: 'ok', version: '1' });
      expect(asked[0]).to.include({ method: 'GET', url: '/api/healthz?deep=1' });
      expect(asked[0]?.headers).to.include({ host: 'shop.example.com', 'x-crossfade-slot': 'green' });
    });

    it('follows no redirect, and takes an error of the service for its answer', async () => {
      answer = { status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' };
      expect((await probeSlot(door(), 'green', request, never)).status).to.equal(302);
      answer = { status: 503, headers: { server: 'shop' }, body: '' };
      expect((await probeSlot(door(), 'green', request, never)).status).to.equal(503);
      expect(asked).to.have.length(2);
    });

    it('keeps no more than 64 KiB of an answer', async () => {
      answer = { status: 200, headers: {}, body: 'x'.repeat(1_000_000) };
      expect((await probeSlot(door(), 'green', request, never)).body).to.have.length(65_536);
    });

    it('says when it is the balancer that answers, because no target does', async () => {
      answer = { status: 503, headers: { server: 'awselb/2.0' }, body: '' };
      const error = await rejection(probeSlot(door(), 'green', request, never), PlatformError);
      expect(error.message).to.equal('GET /api/healthz?deep=1 of api in green: the balancer answers 503');
    });

    it('says when nothing answers in time, and what may stand in the way', async () => {
      answer = undefined;
      const hasty = { ...request, timeoutMilliseconds: 50 };
      const error = await rejection(probeSlot(door(), 'green', hasty, never), PlatformError);
      expect(error.message).to.match(/no answer within 50 ms/);
      expect(error.hint).to.match(/balancer.testFrom/);
    });

    it('ends with the reason of whoever aborts it', async () => {
      answer = undefined;
      const reason = new Error('interrupted');
      expect(await rejection(probeSlot(door(), 'green', request, AbortSignal.abort(reason)))).to.equal(reason);
    });
  });

  describe('topUpBy', () => {
    it("asks for a service's health through the users' route, and leaves out the minutes in which it did", async () => {
      const clock = new LeapingClock('2026-01-01T12:00:55.000Z');
      const own = new OwnRequests();
      const outputs = awsOutputs();
      const topUp = topUpBy({ ...outputs, balancer: { ...outputs.balancer, url } }, own, clock);
      await topUp('api', 15, never);
      expect(asked).to.have.length(20);
      expect(asked[0]).to.include({ url: '/api/healthz' });
      expect(asked[0]?.headers).to.not.have.property('x-crossfade-slot');
      const among = (time: string) => own.among(new Date(`2026-01-01T${time}Z`));
      expect([among('11:59:00'), among('12:00:00'), among('12:01:00'), among('12:02:00')]).to.deep.equal([
        false,
        true,
        true,
        false,
      ]);
    });

    it('asks nothing of what has no route, and never more than fifty times at once', async () => {
      const outputs = awsOutputs();
      const topUp = topUpBy(
        { ...outputs, balancer: { ...outputs.balancer, url } },
        new OwnRequests(),
        new LeapingClock(),
      );
      await topUp('worker', 50, never);
      expect(asked).to.have.length(0);
      await topUp('api', 5_000, never);
      expect(asked).to.have.length(50);
    });
  });
});
