import { createHash } from 'node:crypto';
import type { RoutedService } from '../../contract/service.js';

type Routes = Readonly<Record<string, Pick<RoutedService, 'path' | 'host'>>>;

/** The first thousand stay free: 1 is the maintenance page, others are for people. */
const first = 1_000;
const perLength = 95;
const longest = 120;
/** Behind the last place of a slot's rule, which is below 48,000. */
const firstOfRehearsals = 48_001;
const rehearsalPlaces = 1_999;

/**
 * Where each route belongs among the rules: with a host before without, longer paths before shorter. Within a length
 * any order will do, since two paths as long never both match; there `last` keeps its place, since rules stay where
 * they were born.
 */
export function routePriorities(
  routes: Routes,
  last: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const taken = new Set(Object.values(last));
  const priorities: Record<string, number> = {};
  for (const [name, route] of Object.entries(routes).sort(([one], [other]) => (one < other ? -1 : 1))) {
    const start = bucketOf(route);
    const was = last[name];
    if (was !== undefined && was >= start && was < start + perLength) {
      priorities[name] = was;
      continue;
    }
    let offset = placeOf(name, perLength);
    while (taken.has(start + offset)) offset = (offset + 1) % perLength;
    taken.add(start + offset);
    priorities[name] = start + offset;
  }
  return priorities;
}

/** Twice as many places on the test listener, blue and green side by side; a listener has 50,000. */
export function testPriority(priority: number, colour: 'blue' | 'green'): number {
  return priority * 2 + (colour === 'blue' ? 0 : 1);
}

/**
 * Where rules of rehearsals stand on the test listener: behind all others. Each asks for a header of its own, so any
 * order will do; what has a place keeps it.
 */
export function rehearsalPriorities(
  services: readonly string[],
  last: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const taken = new Set(Object.values(last));
  const priorities: Record<string, number> = {};
  for (const service of [...services].sort()) {
    let offset = placeOf(service, rehearsalPlaces);
    while (last[service] === undefined && taken.has(firstOfRehearsals + offset)) {
      offset = (offset + 1) % rehearsalPlaces;
    }
    priorities[service] = last[service] ?? firstOfRehearsals + offset;
    taken.add(priorities[service]);
  }
  return priorities;
}

/** The same one for the same name, always. */
function placeOf(name: string, places: number): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % places;
}

function bucketOf(route: Pick<RoutedService, 'path' | 'host'>): number {
  const shortage = longest - Math.min(route.path.length, longest);
  const behind = route.host === undefined ? longest + 1 : 0;
  return first + (shortage + behind) * perLength;
}
