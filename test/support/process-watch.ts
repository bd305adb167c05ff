import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/** What a process was started with. */
export interface StartedProcess {
  readonly program: string;
  readonly argv: readonly string[];
  /** NAME=value each. */
  readonly environment: readonly string[];
}

/** Loaded first by every Node process that is watched: notes what it starts, also what is over too soon to be seen. */
const noting = `
const { ChildProcess } = require('node:child_process');
const { appendFileSync } = require('node:fs');
const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (options) {
  const started = { program: options.file, argv: options.args, environment: options.envPairs ?? [] };
  appendFileSync(__dirname + '/started', JSON.stringify(started) + '\\n');
  return spawn.call(this, options);
};
`;

const startedSchema = z.object({
  program: z.string(),
  argv: z.array(z.string()),
  environment: z.array(z.string()),
});

/** A process has its last arguments only once it has called exec; by then it has been looked at so often. */
const looks = 4;

/**
 * Watches what is started: by Node processes that are given `variables`, each one; and every process of this user, at
 * short intervals, as /proc shows it to anybody on the machine (its arguments) or to its owner (its environment).
 */
export class ProcessWatch {
  readonly variables: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #seen = new Map<string, StartedProcess>();
  readonly #looked = new Map<string, number>();
  #running = true;
  #over: Promise<void> = Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
    this.variables = { NODE_OPTIONS: `--require=${join(folder, 'noting.cjs')}` };
  }

  static async start(everyMilliseconds = 40): Promise<ProcessWatch> {
    const folder = await mkdtemp(join(tmpdir(), 'crossfade-watch-'));
    await writeFile(join(folder, 'noting.cjs'), noting);
    await writeFile(join(folder, 'started'), '');
    const watch = new ProcessWatch(folder);
    watch.#over = watch.#run(everyMilliseconds);
    return watch;
  }

  /** What Node processes have started so far. */
  async noted(): Promise<StartedProcess[]> {
    const lines = (await readFile(join(this.#folder, 'started'), 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => startedSchema.parse(JSON.parse(line)));
  }

  /** What stood in /proc at one time or another, but for this process. */
  seen(): StartedProcess[] {
    return [...this.#seen.values()];
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#over;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #run(every: number): Promise<void> {
    while (this.#running) {
      this.#look();
      await pause(every);
    }
  }

  #look(): void {
    // Elsewhere than on Linux what is noted has to do.
    if (!existsSync('/proc')) return;
    const here = new Set(readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid)));
    for (const pid of this.#looked.keys()) if (!here.has(pid)) this.#looked.delete(pid);
    for (const pid of here) {
      const times = this.#looked.get(pid) ?? 0;
      if (times >= looks) continue;
      this.#looked.set(pid, times + 1);
      const found = readProcess(pid);
      if (found) this.#seen.set(JSON.stringify(found), found);
    }
  }
}

/** Undefined where it is gone by now, or somebody else's. */
function readProcess(pid: string): StartedProcess | undefined {
  try {
    const argv = parts(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    const environment = parts(readFileSync(`/proc/${pid}/environ`, 'utf8'));
    return argv.length === 0 ? undefined : { program: basename(argv[0] ?? ''), argv, environment };
  } catch {
    return undefined;
  }
}

function parts(text: string): string[] {
  return text.split('\0').filter((part) => part !== '');
}
