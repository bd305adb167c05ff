import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { execa } from 'execa';
import { saveOutputs } from '../../journal/outputs.js';
import { FolderStore } from '../../journal/folder-store.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import { anchorOf } from '../../journal/lease.js';
import { systemClock } from '../../cli/run/system-clock.js';
import { readJournalIfAny } from '../../journal/read-journal.js';
import { createRelease } from '../../journal/releases.js';
import { verifyJournal } from '../../journal/verify.js';
import { unfinishedRun } from '../../cli/run/unfinished-run.js';
import type { Colour } from '../../contract/colour.js';
import { wholeColour } from '../../contract/weights.js';
import { readOwnership } from '../../platforms/local/ownership.js';
import { answeringService, localProject, type LocalProject } from './local-project.js';

const run = promisify(execFile);

/** A background service whose every life is a line in a file, so that two at once show. */
const working = `
const { appendFileSync } = require('node:fs');
const { CROSSFADE_COLOUR, DIARY } = process.env;
const write = (what) => appendFileSync(DIARY, what + ' ' + CROSSFADE_COLOUR + '\\n');
write('start');
setInterval(() => {}, 1000);
process.on('SIGTERM', () => { write('stop'); process.exit(0); });
`;

const services = {
  api: {
    kind: 'routed',
    path: '/',
    command: ['node', 'server.cjs'],
    stopWithin: '2s',
    health: { within: '10s', every: '100ms' },
  },
  worker: { kind: 'background', command: ['node', 'server.cjs'], stopWithin: '2s' },
};

const rules = {
  weights: [50, 100],
  hold: '300ms',
  minimumRequests: 5,
  unknownFor: '20s',
  bake: '300ms',
  deadMansSwitch: '4s',
};

interface Equipment {
  readonly further?: Record<string, unknown>;
  readonly files?: Record<string, string>;
  /** Of every `crossfade`, beside the test's own. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly commit?: (folder: string) => Promise<string>;
}

/** One real environment under load: deploys run, die and are gone on with in processes of their own. */
export class LocalRig {
  readonly project: LocalProject;
  readonly store: FolderStore;
  readonly #compiled: string;
  readonly #load: Load;
  readonly #variables: Readonly<Record<string, string>>;
  /** What its releases are made of; undefined: no commit that there is. */
  #commit: string | undefined;
  #versions = 0;

  private constructor(project: LocalProject, load: Load, variables: Readonly<Record<string, string>>) {
    this.project = project;
    this.#variables = variables;
    this.store = new FolderStore(join(project.place, 'store'));
    this.#compiled = project.compiled;
    this.#load = load;
  }

  /** `files` lie beside the stack file, before the first deploy; `commit` makes what releases are made of. */
  static async open(
    changes: Readonly<Record<string, unknown>> = {},
    { further = {}, files = {}, variables = {}, commit }: Equipment = {},
  ): Promise<LocalRig> {
    const settings = { DIARY: 'PLACE/diary' };
    const project = await localProject(services, { rules: { ...rules, ...changes }, settings, ...further });
    for (const [name, text] of Object.entries(files)) await writeFile(join(project.folder, name), text);
    const outputs = await project.upEnvironment();
    const rig = new LocalRig(project, new Load(outputs.balancer.url), variables);
    rig.#commit = await commit?.(project.folder);
    await saveOutputs(rig.store, outputs);
    const first = await rig.crossfade('deploy', 'local', await rig.release());
    expect(first.exitCode, first.all).to.equal(0);
    rig.#load.start();
    return rig;
  }

  async close(): Promise<void> {
    await this.#load.stop();
    await this.project.remove();
  }

  /** Stores the next version; its services differ from every other's. */
  async release(api = answeringService): Promise<string> {
    this.#versions += 1;
    const version = `1.0.${this.#versions}`;
    const input = await this.project.input(version, { api, worker: working });
    const { commit } = input.release;
    await createRelease(this.store, { ...input.release, commit: { ...commit, sha: this.#commit ?? commit.sha } });
    return version;
  }

  crossfade(...words: string[]) {
    return execa(process.execPath, [join(this.#compiled, 'bin/crossfade.js'), ...words], {
      cwd: this.project.folder,
      env: this.#variables,
      reject: false,
      all: true,
      timeout: 120_000,
    });
  }

  /** True when the deploy got as far as the point, and died there. */
  async deployAndDie(append: number, when: 'before' | 'after'): Promise<boolean> {
    const child = join(import.meta.dirname, 'local-rig-child.mjs');
    const words = [child, this.#compiled, this.project.folder, await this.release(), String(append), when];
    try {
      await run(process.execPath, words, { timeout: 120_000 });
      return false;
    } catch (error) {
      if (error instanceof Error && 'signal' in error && error.signal === 'SIGKILL') return true;
      throw error;
    }
  }

  async follow(how: 'resume' | 'rollback' | 'deploy'): Promise<void> {
    const unfinished = (await unfinishedRun(this.store, 'local')) !== undefined;
    if (how === 'deploy') {
      const refused = await this.crossfade('deploy', 'local', await this.release());
      if (unfinished) expect(refused.exitCode, refused.all).to.equal(3);
    }
    if (!unfinished) return;
    const { exitCode, all } = await this.crossfade(how === 'rollback' ? 'rollback' : 'resume', 'local');
    expect([0, 4], all).to.include(exitCode);
  }

  async live(): Promise<Colour | undefined> {
    const { reading } = await (await this.project.client()).call('read', {});
    return reading.weights && wholeColour(reading.weights);
  }

  /** Resolves once traffic is split. */
  async untilSplit(): Promise<void> {
    const deadline = performance.now() + 60_000;
    while ((await this.live()) !== undefined) {
      if (performance.now() > deadline) throw new Error('traffic was never split');
      await pause(20);
    }
  }

  /** The invariants of faults.md: nobody lost, one whole live slot, one owner of the work, a chain that verifies, no lease left. */
  async check(where: string): Promise<void> {
    const { reading } = await (await this.project.client()).call('read', {});
    const live = reading.weights && wholeColour(reading.weights);
    expect(live, `${where}: I2 one slot is whole`).to.be.oneOf(['blue', 'green']);
    const { owners } = await readOwnership(join(this.project.place, 'local'));
    expect(owners['worker'], `${where}: the work is where the traffic is`).to.equal(live);
    expect(await unfinishedRun(this.store, 'local'), `${where}: I5 nothing is unfinished`).to.equal(undefined);
    // A process that died before its run began leaves its name in the lease; the next one sees that it is dead.
    const next = { environment: 'local', run: 'check', by: 'a test', clock: systemClock };
    await (await acquireLease(this.store, next)).release();
    for (const id of (await this.store.list('journals')).slice(-2)) {
      if ((await readJournalIfAny(this.store, id)) === undefined) continue;
      const { findings } = await verifyJournal(this.store, id, await anchorOf(this.store, 'local', id));
      expect(findings, `${where}: I5 ${id} verifies`).to.deep.equal([]);
    }
    expect(this.#load.failures, `${where}: I1 no request failed of ${this.#load.requests}`).to.deep.equal([]);
  }
}

/** A modest, constant stream of requests; every answer that is not a 200 is kept. */
class Load {
  readonly failures: string[] = [];
  requests = 0;
  readonly #url: string;
  #running = false;
  #over: Promise<void> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  start(): void {
    this.#running = true;
    this.#over = this.#run();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#over;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      await Promise.all([this.#ask(), this.#ask(), pause(20)]);
    }
  }

  #ask(): Promise<void> {
    this.requests += 1;
    return new Promise((resolve) => {
      const failed = (why: string): void => {
        this.failures.push(`${new Date().toISOString()} ${why}`);
        resolve();
      };
      const asked = request(this.#url, { timeout: 20_000 }, (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : failed(`status ${String(response.statusCode)}`),
        );
        response.on('error', (error) => failed(error.message));
      });
      asked.on('timeout', () => asked.destroy(new Error('no answer in 20 s')));
      asked.on('error', (error) => failed(error.message));
      asked.end();
    });
  }
}
