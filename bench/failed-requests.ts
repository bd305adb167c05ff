import { setTimeout as pause } from 'node:timers/promises';
import { cleaning } from './parts/cleaning.js';
import { startLoad, type Load, type Tally } from './parts/load.js';
import { realEnvironment, type RealEnvironment } from './parts/real-environment.js';
import { median, verdictOf } from './parts/spread.js';
import type { Table } from './print-table.js';

export const name = 'failed-requests';

const users = 20;
const perSecond = 1_500;
const enough = 100_000;
/** No further round begins after this. */
const longest = 140_000;

const rules = {
  weights: [50, 100],
  hold: '1s',
  bake: '1s',
  minimumRequests: 100,
  unknownFor: '30s',
  // What is measured is who gets an answer; a busy machine may slow both slots down as it likes.
  limits: { p95Milliseconds: {} },
};

interface Act {
  readonly what: string;
  readonly words: (environment: RealEnvironment) => Promise<string[]>;
}

const acts: readonly Act[] = [
  { what: 'deploy', words: async (environment) => ['deploy', 'local', await environment.release()] },
  { what: 'slot destroy', words: async (environment) => ['slot', 'destroy', 'local', await environment.idle()] },
  { what: 'slot create', words: async (environment) => ['slot', 'create', 'local', await environment.idle()] },
  { what: 'rollback', words: () => Promise.resolve(['rollback', 'local']) },
];

interface Measured {
  readonly seconds: number;
  readonly requests: number;
  readonly failed: number;
}

/** Users' requests that fail while a real environment is changed all the time, by the real command line and engine. */
export function run(): Promise<Table> {
  return cleaning(async (later) => {
    const environment = await realEnvironment(later, rules);
    const load = await startLoad(environment.url, { users, perSecond });
    later(() => load.end());
    const measured = new Map<string, Measured[]>(acts.map(({ what }) => [what, []]));
    const began = performance.now();
    for (let total = await load.soFar(); total.requests < enough; total = await load.soFar()) {
      if (performance.now() - began > longest) break;
      for (const act of acts) measured.get(act.what)?.push(await measure(act, environment, load));
    }
    // The last answers are still on their way.
    await pause(500);
    return tableOf(measured, await load.soFar());
  });
}

async function measure(act: Act, environment: RealEnvironment, load: Load): Promise<Measured> {
  const words = await act.words(environment);
  const before = await load.soFar();
  const began = performance.now();
  await environment.crossfade(words);
  const seconds = (performance.now() - began) / 1_000;
  const after = await load.soFar();
  return { seconds, requests: after.requests - before.requests, failed: after.failed - before.failed };
}

function tableOf(measured: ReadonlyMap<string, readonly Measured[]>, { requests, failed, failures }: Tally): Table {
  const rows = [...measured].map(([act, found]) => ({
    act,
    times: found.length,
    'seconds, median': median(found.map(({ seconds }) => seconds)).toFixed(1),
    requests: found.reduce((sum, each) => sum + each.requests, 0),
    failed: found.reduce((sum, each) => sum + each.failed, 0),
    'target: none failed': '',
  }));
  const target = requests < enough ? `too few: ${enough} are asked for` : verdictOf(failed, (count) => count === 0);
  const all = {
    act: 'all, and between them',
    times: rows.reduce((sum, { times }) => sum + times, 0),
    'seconds, median': '',
    requests,
    failed,
    'target: none failed': `${target}${failed === 0 ? '' : ` ${JSON.stringify(failures)}`}`,
  };
  const title = `${users} users with at most ${perSecond} requests a second, while the environment is changed under them`;
  return { title, rows: [...rows, all] };
}
