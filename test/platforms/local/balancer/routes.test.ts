import { expect } from 'chai';
import { FencedError, RefusedError } from '../../../../contract/errors.js';
import {
  declareRoutes,
  dropRoutes,
  putTargets,
  removeTargets,
} from '../../../../platforms/local/host/balancer/declarations.js';
import { readingOf } from '../../../../platforms/local/host/balancer/reading.js';
import { Router } from '../../../../platforms/local/host/balancer/router.js';
import type { BalancerState } from '../../../../platforms/local/host/balancer/state.js';
import { closeRoutes, openRoutes, shiftTraffic } from '../../../../platforms/local/host/balancer/traffic-changes.js';
import { allBlue, allGreen, half } from './bench.js';
import { health, openRoute, stateWith } from './state.js';

const declare = (state: BalancerState, paths: Record<string, string>): BalancerState =>
  declareRoutes(
    state,
    Object.fromEntries(Object.entries(paths).map(([service, path]) => [service, { match: { path }, health }])),
  );
const target = { id: '1', host: '127.0.0.1', port: 4000 };
const usersGet = (state: BalancerState, path: string) => Router.forUsers(state).match('localhost', path);
const testsGet = (state: BalancerState, path: string) => Router.forTests(state).match('localhost', path);

describe("The balancer's routes", () => {
  const live = stateWith({ routes: { api: openRoute('/', allBlue) } });

  it('are born dark, in a fresh environment too: tests reach them, users do not', () => {
    const state = declare(stateWith(), { api: '/' });
    expect(readingOf(state)).to.deep.equal({ services: {}, dark: ['api'], token: 0 });
    expect(usersGet(state, '/')).to.equal(undefined);
    expect(testsGet(state, '/')).to.equal('api');
  });

  it('are opened by a run with the weights that it names, and closed again by its undo', () => {
    const dark = declare(live, { api: '/', shop: '/shop' });
    const opened = openRoutes(dark, ['shop'], allBlue, { expected: allBlue, token: 3 });
    expect(usersGet(opened, '/shop/1')).to.equal('shop');
    expect(readingOf(opened)).to.deep.equal({
      services: { api: allBlue, shop: allBlue },
      weights: allBlue,
      dark: [],
      token: 3,
    });
    const closed = closeRoutes(opened, ['shop'], { token: 3 });
    expect(usersGet(closed, '/shop/1')).to.equal('api');
    expect(closeRoutes(closed, ['shop'], { token: 3 })).to.deep.equal(closed);
  });

  it('are left as they are by a declaration that says the same', () => {
    expect(declare(live, { api: '/' })).to.deep.equal(live);
  });

  it('fault 9: keep their weights when a declaration changes anything about them', () => {
    const split = shiftTraffic(live, half, { token: 1 });
    const { services } = readingOf(declare(split, { api: '/v2', shop: '/' }));
    expect(services).to.deep.equal({ api: half });
  });

  describe('that are moved', () => {
    const moved = declare(live, { api: '/v2' });

    it('stay where they are for users until a run opens them there', () => {
      expect(usersGet(moved, '/x')).to.equal('api');
      expect(testsGet(moved, '/x')).to.equal(undefined);
      expect(testsGet(moved, '/v2/x')).to.equal('api');
      expect(readingOf(moved)).to.deep.include({ services: { api: allBlue }, dark: ['api'] });
      const opened = openRoutes(moved, ['api'], allGreen, { token: 1 });
      expect(usersGet(opened, '/x')).to.equal(undefined);
      expect(usersGet(opened, '/v2/x')).to.equal('api');
      expect(readingOf(opened).dark).to.deep.equal([]);
    });

    it('go back to where they were by the undo, also when that is repeated', () => {
      const opened = openRoutes(moved, ['api'], allGreen, { token: 1 });
      const closed = closeRoutes(closeRoutes(opened, ['api'], { token: 1 }), ['api'], { token: 1 });
      expect(usersGet(closed, '/x')).to.equal('api');
    });

    it('are simply closed once the next deploy has begun', () => {
      const opened = openRoutes(moved, ['api'], allGreen, { token: 1 });
      const later = shiftTraffic(opened, half, { token: 2 });
      expect(usersGet(closeRoutes(later, ['api'], { token: 2 }), '/x')).to.equal(undefined);
    });
  });

  describe('that are removed', () => {
    const removed = declare(putTargets(live, 'blue', 'api', [target]), { web: '/' });

    it('go on until a run closes them', () => {
      expect(usersGet(removed, '/')).to.equal('api');
      const closed = closeRoutes(removed, ['api'], { token: 1 });
      expect(usersGet(closed, '/')).to.equal(undefined);
      expect(readingOf(closed)).to.deep.include({ services: {}, dark: ['web'] });
      expect(usersGet(openRoutes(closed, ['api'], allBlue, { token: 1 }), '/')).to.equal('api');
    });

    it('give way to the one that is opened in their place, and come back when that is undone', () => {
      const opened = openRoutes(removed, ['web'], allBlue, { token: 1 });
      expect(usersGet(opened, '/')).to.equal('web');
      expect(usersGet(closeRoutes(opened, ['web'], { token: 1 }), '/')).to.equal('api');
    });

    it('are forgotten on request once they are closed, by the next declaration once they have no targets', () => {
      expect(() => dropRoutes(removed, ['api'])).to.throw(RefusedError, 'open to users');
      expect(() => dropRoutes(removed, ['web'])).to.throw(RefusedError, 'still declared');
      const closed = closeRoutes(removed, ['api'], { token: 1 });
      expect(Object.keys(dropRoutes(closed, ['api', 'unknown']).routes)).to.deep.equal(['web']);
      expect(Object.keys(declare(closed, { web: '/' }).routes)).to.deep.equal(['api', 'web']);
      const empty = removeTargets(closed, 'blue', { abandon: false });
      expect(Object.keys(declare(empty, { web: '/' }).routes)).to.deep.equal(['web']);
    });

    it('are as before when they are declared again', () => {
      expect(readingOf(declare(removed, { api: '/' }))).to.deep.equal(readingOf(live));
    });
  });

  it('are not opened or closed by whoever was overtaken, or by a name that is not there', () => {
    const state = stateWith({ ...live, token: 5 });
    expect(() => openRoutes(state, ['api'], half, { token: 4 })).to.throw(FencedError);
    expect(() => closeRoutes(state, ['api'], { token: 4 })).to.throw(FencedError);
    expect(() => openRoutes(state, ['api', 'nope'], half, { token: 5 })).to.throw(RefusedError, 'nope');
  });

  it('are found by the longest path, host first, and by whole segments', () => {
    const routes = {
      web: openRoute('/', allBlue),
      api: openRoute('/api', allBlue),
      files: openRoute('/api/files/', allBlue),
      shop: {
        ...openRoute('/', allBlue),
        declared: { path: '/', host: 'Shop.example' },
        users: { path: '/', host: 'Shop.example' },
      },
    };
    const router = Router.forUsers(stateWith({ routes }));
    const cases: [string | undefined, string, string][] = [
      ['a', '/', 'web'],
      ['a', '/api', 'api'],
      ['a', '/api?q=/api/files/', 'api'],
      ['a', '/api/', 'api'],
      ['a', '/apiary', 'web'],
      ['a', '/api/files', 'api'],
      ['a', '/api/files/x', 'files'],
      ['shop.EXAMPLE:8080', '/api', 'shop'],
      ['other.shop.example', '/api', 'api'],
      [undefined, '/api', 'api'],
    ];
    for (const [host, path, service] of cases)
      expect(router.match(host, path), `${host ?? ''} ${path}`).to.equal(service);
  });

  describe('with targets', () => {
    it('want to be declared first', () => {
      expect(() => putTargets(live, 'blue', 'nope', [target])).to.throw(RefusedError, 'nope');
    });

    it('do not lose those of a slot that has traffic, unless it is given up on purpose', () => {
      const standing = putTargets(putTargets(live, 'blue', 'api', [target]), 'green', 'api', [target]);
      expect(() => removeTargets(standing, 'blue', { abandon: false })).to.throw(
        RefusedError,
        'blue slot has traffic of api',
      );
      expect(removeTargets(standing, 'green', { abandon: false }).targets.green).to.deep.equal({});
      expect(removeTargets(standing, 'blue', { abandon: true }).targets.blue).to.deep.equal({});
      const split = shiftTraffic(standing, { blue: 99.9, green: 0.1 }, { token: 1 });
      expect(() => removeTargets(split, 'green', { service: 'api', abandon: false })).to.throw(RefusedError);
    });

    it('may lose what they do not have', () => {
      expect(removeTargets(live, 'blue', { abandon: false })).to.deep.equal(live);
    });
  });
});
