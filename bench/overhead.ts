import { findEngine } from '../platforms/pulumi/find-engine.js';
import { cleaning } from './parts/cleaning.js';
import { countedEngine, type Spawn } from './parts/counted-engine.js';
import { startLoad } from './parts/load.js';
import { realEnvironment } from './parts/real-environment.js';
import { verdictOf } from './parts/spread.js';
import type { Table } from './print-table.js';

export const name = 'overhead';

const deploys = 3;
const holdSeconds = 2;
const bakeSeconds = 2;
const mostSeconds = 3;
const mostSpawns = 4;

const rules = {
  weights: [50, 100],
  hold: `${holdSeconds}s`,
  bake: `${bakeSeconds}s`,
  minimumRequests: 50,
  unknownFor: '30s',
  limits: { p95Milliseconds: {} },
};

/** What a deploy takes besides what it was told to wait and what Pulumi took. */
export function run(): Promise<Table> {
  return cleaning(async (later) => {
    const environment = await realEnvironment(later, rules);
    const installed = await findEngine();
    if (installed === undefined) throw new Error('no Pulumi engine: run node scripts/engine.mjs');
    const engine = await countedEngine(installed.bin);
    later(() => engine.remove());
    // Enough to be judged by, and too little to get into the way.
    const load = await startLoad(environment.url, { users: 10, perSecond: 200 });
    later(() => load.end());
    // As the README has it before a first deploy. Whatever finds an engine for the first time asks for its version.
    await environment.crossfade(['doctor', 'local'], engine.environment);
    await engine.spawns();
    const rows: Table['rows'][number][] = [];
    for (let count = 1; count <= deploys; count += 1) {
      const version = await environment.release();
      const began = performance.now();
      await environment.crossfade(['deploy', 'local', version], engine.environment);
      rows.push(rowOf(version, (performance.now() - began) / 1_000, await engine.spawns()));
    }
    const title = `A deploy by the real engine, in seconds, from the command to its end`;
    return { title, rows };
  });
}

function rowOf(release: string, wall: number, spawns: readonly Spawn[]): Table['rows'][number] {
  const pulumi = spawns.reduce((sum, { seconds }) => sum + seconds, 0);
  const waits = holdSeconds + bakeSeconds;
  const overhead = wall - waits - pulumi;
  return {
    release,
    wall: wall.toFixed(2),
    'told to wait': waits.toFixed(2),
    'in Pulumi': pulumi.toFixed(2),
    overhead: overhead.toFixed(2),
    [`overhead < ${mostSeconds} s`]: verdictOf(overhead, (value) => value < mostSeconds),
    calls: spawns.length,
    [`calls ≤ ${mostSpawns}`]: verdictOf(spawns.length, (count) => count <= mostSpawns),
    'which calls': spawns.map(({ verb, seconds }) => `${verb} ${seconds.toFixed(1)}`).join(', '),
  };
}
