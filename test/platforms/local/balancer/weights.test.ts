import { Agent } from 'node:http';
import { expect } from 'chai';
import { shareFits } from '../../../../platforms/local/share-fits.js';
import { SeededRandom } from '../../../support/seeded-random.js';
import { allBlue, allGreen, bench, eventually, half } from './bench.js';
import type { Bench } from './bench.js';
import { ask } from './users.js';

describe('The balancer divides', function () {
  this.timeout(30_000);
  let bed: Bench;
  afterEach(() => bed.stop());

  async function send(count: number, path = '/'): Promise<{ blue: number; all: number }> {
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const answers = await Promise.all(Array.from({ length: count }, () => ask({ port: bed.port, path, agent })));
    agent.destroy();
    expect(answers.every(({ status }) => status === 200)).to.equal(true);
    return { blue: answers.filter(({ body }) => body.endsWith('blue')).length, all: count };
  }

  describe('request by request', () => {
    beforeEach(async () => {
      const random = new SeededRandom(1);
      bed = await bench({ random: () => random.next() });
    });

    for (const percent of [90, 50, 1]) {
      it(`so that blue's share of ${percent} % lies within its 99.9 % interval`, async () => {
        await bed.shift({ blue: percent, green: 100 - percent });
        const { blue, all } = await send(2_000);
        expect(shareFits(blue, all, percent), `${blue} of ${all}`).to.equal(true);
      });
    }

    it('fault 35: and all of it when the traffic is whole, from the very next request on a kept-alive connection', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let turn = 1; turn <= 20; turn += 1) {
        const [weights, slot] = turn % 2 === 0 ? [allBlue, 'blue'] : [allGreen, 'green'];
        await bed.shift(weights, turn);
        expect((await ask({ port: bed.port, agent })).body).to.equal(slot);
      }
      agent.destroy();
    });

    it('each service by its own host and path, the longest first', async () => {
      const health = { path: '/healthz' };
      await bed.client.call('putRoutes', {
        routes: {
          api: { path: '/', health },
          shop: { path: '/shop', health },
          cart: { path: '/shop/cart', health },
          admin: { path: '/', host: 'admin.example', health },
        },
      });
      for (const service of ['shop', 'cart', 'admin']) await bed.serve('blue', service);
      await bed.client.call('open', { services: ['shop', 'cart', 'admin'], weights: allBlue, token: 0 });
      const bodyOf = async (path: string, host = 'localhost'): Promise<string> =>
        (await ask({ port: bed.port, path, headers: { host } })).body;
      expect(await bodyOf('/')).to.equal('blue');
      expect(await bodyOf('/shop')).to.equal('shop blue');
      expect(await bodyOf('/shop?x')).to.equal('shop blue');
      expect(await bodyOf('/shop/cart/1')).to.equal('cart blue');
      expect(await bodyOf('/shopping')).to.equal('blue');
      expect(await bodyOf('/shop/cart', 'ADMIN.example:8080')).to.equal('admin blue');
    });

    describe('where the chosen slot has nobody to answer', () => {
      it('serves from the other slot if that has weight, and counts an error against the chosen one', async () => {
        const mark = await bed.shift(half);
        await bed.green.stop();
        const { blue, all } = await send(200);
        expect(blue).to.equal(all);
        const { samples } = await bed.client.call('observe', { since: mark });
        const [served, chosen] = [samples.blue['api'], samples.green['api']];
        expect(served).to.include({ requests: 200, errors: 0 });
        expect(chosen?.errors).to.equal(chosen?.requests).and.to.be.greaterThan(50);
      });

      it('never serves from a slot without weight', async () => {
        await bed.client.call('removeTargets', { colour: 'blue', abandon: true });
        const { status, headers } = await ask({ port: bed.port });
        expect([status, headers['x-crossfade-balancer']]).to.deep.equal([503, 'no-target']);
        expect(bed.green.requests).to.have.length(0);
      });

      it('tries a target that failed its checks when there is no other, since it may answer all the same', async () => {
        bed.blue.healthy = false;
        await eventually(
          'it is known to be unwell',
          async () => (await bed.client.call('read', {})).targets.blue['api']?.[0]?.health === 'unhealthy',
        );
        expect((await ask({ port: bed.port })).body).to.equal('blue');
        expect(bed.green.requests).to.have.length(0);
      });
    });
  });

  describe('visitors into cohorts', () => {
    beforeEach(async () => {
      bed = await bench({ affinity: 'cohort' });
      await bed.client.call('putRoutes', {
        routes: {
          api: { path: '/', health: { path: '/healthz' } },
          web: { path: '/web', health: { path: '/healthz' } },
        },
      });
      await bed.serve('blue', 'web');
      await bed.serve('green', 'web');
      await bed.client.call('open', { services: ['web'], weights: allBlue, token: 0 });
      await bed.healthy();
    });

    const slotOf = async (cookie: string, path = '/'): Promise<string> => {
      const { body, headers } = await ask({ port: bed.port, path, headers: { cookie: `x=y; ${cookie}; z=w` } });
      expect(headers).to.not.have.property('set-cookie');
      return body.endsWith('blue') ? 'blue' : 'green';
    };

    it('by a cookie that is set once and honoured by every service', async () => {
      await bed.shift(half);
      for (let visitor = 0; visitor < 20; visitor += 1) {
        const first = await ask({ port: bed.port });
        const [cookie = ''] = (first.headers['set-cookie'] ?? []).map((text) => text.split(';')[0] ?? '');
        expect(cookie).to.match(/^crossfade-cohort=\d{1,4}$/);
        expect(first.headers['set-cookie']?.[0]).to.contain('HttpOnly').and.to.contain('SameSite=Lax');
        for (const path of ['/', '/web', '/', '/web']) expect(await slotOf(cookie, path)).to.equal(first.body);
      }
    });

    it('fault 39: so that a growing share only ever moves visitors over, and going back brings exactly these back', async () => {
      const cookies = Array.from({ length: 50 }, (_, index) => `crossfade-cohort=${index * 200}`);
      const slots = async (green: number, token: number): Promise<string[]> => {
        await bed.shift({ blue: 100 - green, green }, token);
        return Promise.all(cookies.map((cookie) => slotOf(cookie)));
      };
      const greens = (found: readonly string[]): number[] =>
        found.flatMap((slot, index) => (slot === 'green' ? [index] : []));
      const tenth = greens(await slots(10, 1));
      const halfway = greens(await slots(50, 2));
      expect(tenth).to.have.length(5);
      expect(halfway).to.have.length(25).and.to.include.members(tenth);
      expect(greens(await slots(10, 3))).to.deep.equal(tenth);
      expect(greens(await slots(0, 4))).to.deep.equal([]);
    });

    it('and gives a visitor whose cookie it never set a new one', async () => {
      for (const cookie of [
        'crossfade-cohort=99999',
        'crossfade-cohort=-1',
        'crossfade-cohort=blue',
        'crossfade-cohort=',
      ]) {
        const { status, headers } = await ask({ port: bed.port, headers: { cookie } });
        expect(status).to.equal(200);
        expect(headers['set-cookie']).to.have.length(1);
      }
    });

    it('and does not send one to the other slot when its own has nobody to answer', async () => {
      await bed.shift(half);
      await bed.green.stop();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          ask({ port: bed.port, headers: { cookie: `crossfade-cohort=${9_000 + index}` } }),
        ),
      );
      expect(answers.map(({ status }) => status).every((status) => status === 502)).to.equal(true);
      expect(bed.blue.requests).to.have.length(0);
    });
  });
});
