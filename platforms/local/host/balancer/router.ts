import { sameMatch } from './reading.js';
import type { BalancerState, Match, Route } from './state.js';

interface Entry {
  readonly service: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly settled: boolean;
}

/**
 * Finds the service of a request: routes with a host before those without, then the longest path. `/api` matches
 * `/api`, `/api/…` and `/api?…`, not `/apiary`; a path that ends in `/` matches all that starts with it.
 */
export class Router {
  private readonly entries: readonly Entry[];
  private readonly hasHosts: boolean;

  private constructor(entries: Entry[]) {
    // Of two with equal matches (one is being replaced by the other) the declared one wins.
    this.entries = entries.sort(
      (one, other) =>
        Number(other.host !== undefined) - Number(one.host !== undefined) ||
        other.path.length - one.path.length ||
        Number(other.settled) - Number(one.settled),
    );
    this.hasHosts = entries.some(({ host }) => host !== undefined);
  }

  static forUsers(state: BalancerState): Router {
    return Router.of(state, (route) => route.users);
  }

  /** What the test socket answers: routes as they are declared, or as users have them when they no longer are. */
  static forTests(state: BalancerState): Router {
    return Router.of(state, (route) => route.declared ?? route.users);
  }

  private static of(state: BalancerState, choose: (route: Route) => Match | null): Router {
    const entries = Object.entries(state.routes).flatMap(([service, route]) => {
      const match = choose(route);
      if (match === null) return [];
      const host = match.host?.toLowerCase();
      return [{ service, path: match.path, host, settled: sameMatch(route.declared, route.users) }];
    });
    return new Router(entries);
  }

  match(host: string | undefined, target: string): string | undefined {
    const name = this.hasHosts ? hostName(host) : undefined;
    for (const entry of this.entries) {
      if (entry.host !== undefined && entry.host !== name) continue;
      if (startsWithPath(target, entry.path)) return entry.service;
    }
    return undefined;
  }
}

function startsWithPath(target: string, path: string): boolean {
  if (!target.startsWith(path)) return false;
  if (path.endsWith('/') || target.length === path.length) return true;
  const next = target[path.length];
  return next === '/' || next === '?';
}

function hostName(host: string | undefined): string | undefined {
  return host?.toLowerCase().replace(/:\d+$/, '');
}
