import { execa } from 'execa';
import { cleaning } from './parts/cleaning.js';
import { realEnvironment } from './parts/real-environment.js';
import { median, verdictOf } from './parts/spread.js';
import type { Table } from './print-table.js';

export const name = 'cli';

const rounds = 15;

/** How long the command line takes to start, beside Node alone: in turns, so that a busy machine is busy for all. */
export function run(): Promise<Table> {
  return cleaning(async (later) => {
    const { project, program } = await realEnvironment(later, {});
    const programs = [
      { what: 'node -e 0', words: ['-e', '0'], most: undefined },
      { what: 'crossfade --help', words: [program, '--help'], most: 2 },
      { what: 'crossfade status', words: [program, 'status', 'local'], most: 5 },
    ];
    const measured = programs.map((each) => ({ ...each, milliseconds: [] as number[] }));
    // The first round warms the machine up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const { words, milliseconds } of measured) {
        const took = await time(words, project.folder);
        if (round > 0) milliseconds.push(took);
      }
    }
    const [bare] = measured;
    const title = `Start to end in a process of its own: ${rounds} rounds, each program once a round`;
    return {
      title,
      rows: measured.map(({ what, most, milliseconds }) => {
        const ratio = median(milliseconds.map((took, round) => took / (bare?.milliseconds[round] ?? NaN)));
        return {
          what,
          'median, ms': median(milliseconds).toFixed(0),
          'shortest, ms': Math.min(...milliseconds).toFixed(0),
          '× node -e 0, median': ratio.toFixed(2),
          target: most === undefined ? '' : `< ${most} ×: ${verdictOf(ratio, (value) => value < most)}`,
        };
      }),
    };
  });
}

async function time(words: readonly string[], cwd: string): Promise<number> {
  const began = performance.now();
  await execa(process.execPath, words, { cwd, stdin: 'ignore', stdout: 'ignore', timeout: 30_000 });
  return performance.now() - began;
}
