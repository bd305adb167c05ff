import { expect } from 'chai';
import fc from 'fast-check';
import { rehearsalPriorities, routePriorities, testPriority } from '../../../components/aws/route-priority.js';

const paths = fc.stringMatching(/^\/[a-z]{0,30}$/);
const routes = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.record({ path: paths, host: fc.option(fc.constant('a.example.com'), { nil: undefined }) }),
  { maxKeys: 12 },
);
const named = (all: Record<string, { path: string; host: string | undefined }>) =>
  Object.fromEntries(
    Object.entries(all).map(([name, { path, host }]) => [name, host === undefined ? { path } : { path, host }]),
  );

describe('routePriorities', () => {
  it('puts the longer of two paths first, and a host before none', () => {
    const { api, web, hosted } = routePriorities({
      web: { path: '/' },
      api: { path: '/api' },
      hosted: { path: '/', host: 'admin.example.com' },
    });
    expect(hosted).to.be.lessThan(api ?? 0);
    expect(api).to.be.lessThan(web ?? 0);
  });

  it('gives each route a place of its own that a listener has, also among its tests', () => {
    fc.assert(
      fc.property(routes, (all) => {
        const priorities = Object.values(routePriorities(named(all)));
        const tests = priorities.flatMap((priority) => [
          testPriority(priority, 'blue'),
          testPriority(priority, 'green'),
        ]);
        for (const places of [priorities, tests]) {
          expect(new Set(places).size).to.equal(places.length);
          for (const place of places) expect(place).to.be.within(2, 50_000);
        }
      }),
    );
  });

  it('orders every pair of paths of which one contains the other', () => {
    fc.assert(
      fc.property(paths, fc.stringMatching(/^[a-z]{1,20}$/), (path, more) => {
        const { short, long } = routePriorities({ short: { path }, long: { path: path + more } });
        expect(long).to.be.lessThan(short ?? 0);
      }),
    );
  });

  it('moves nobody when others come or go', () => {
    fc.assert(
      fc.property(routes, routes, (all, more) => {
        const last = routePriorities(named(all));
        const next = routePriorities(named({ ...more, ...all }), last);
        for (const name of Object.keys(all)) expect(next[name]).to.equal(last[name]);
      }),
    );
  });

  it('finds a new place for a route whose path changed', () => {
    const last = routePriorities({ web: { path: '/' }, api: { path: '/api' } });
    const next = routePriorities({ web: { path: '/shop' }, api: { path: '/api' } }, last);
    expect(next['web']).to.be.lessThan(next['api'] ?? 0);
  });
});

describe('rehearsalPriorities', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 40 });

  it('gives each service a place of its own behind every test of a slot', () => {
    const last = testPriority(Object.values(routePriorities({ web: { path: '/' } }))[0] ?? 0, 'green');
    fc.assert(
      fc.property(names, (services) => {
        const places = Object.values(rehearsalPriorities(services));
        expect(new Set(places).size).to.equal(services.length);
        for (const place of places) expect(place).to.be.within(Math.max(last, 47_999) + 1, 50_000);
      }),
    );
  });

  it('moves nobody when others come or go', () => {
    fc.assert(
      fc.property(names, names, (some, more) => {
        const last = rehearsalPriorities(some);
        const next = rehearsalPriorities([...new Set([...more, ...some])], last);
        for (const name of some) expect(next[name]).to.equal(last[name]);
        expect(new Set(Object.values(next)).size).to.equal(Object.keys(next).length);
      }),
    );
  });
});
