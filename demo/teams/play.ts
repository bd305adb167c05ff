import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { checklistItemSchema, type ChecklistItem } from '../../contract/checklist.js';
import { FolderStore } from '../../journal/folder-store.js';
import { readOutputs } from '../../journal/outputs.js';
import { readJournal } from '../../journal/read-journal.js';
import { machineKinds } from '../../pipeline/checklist-steps.js';
import { ownerConnection } from './owner-connection.js';
import { stopEnvironment } from '../stop-environment.js';
import { Project } from './project.js';
import { makeRelease, tagRelease, versions, type Kind } from './releases.js';
import { nextRun, runsOf, signEverything } from './signing.js';
import { StandIns, type Sent } from './stand-ins.js';
import type { Team } from './team.js';
import { Users } from './users.js';

export type Answer = 'yes' | 'no' | 'unknown';

export interface Played {
  readonly team: string;
  readonly seconds: number;
  readonly requests: number;
  /** By release, where one failed. */
  readonly failed: ReadonlyMap<string, number>;
  /** Of every item that a machine is asked: in the good world, and in the bad one. */
  readonly items: readonly { readonly item: ChecklistItem; readonly good: Answer; readonly bad: Answer }[];
  readonly sent: readonly Sent[];
  /** What was not as the example says. */
  readonly broken: readonly string[];
}

type Say = (line: string) => void;

interface Screen {
  readonly say: Say;
  /** Each item with its answer. */
  readonly showsItems: boolean;
}

/** One team's releases from the first to the one that goes back, with the real engine, PostgreSQL, git and HTTP. */
export async function play(team: Team, { say, showsItems }: Screen): Promise<Played> {
  const began = performance.now();
  const standIns = await StandIns.open(team);
  const project = new Project(team, standIns.address);
  const stage = new Play(team, project, standIns, { say, showsItems });
  try {
    await stopTeam(team);
    await project.make(standIns.address);
    return { ...(await stage.perform()), team: team.name, seconds: (performance.now() - began) / 1_000 };
  } finally {
    await stage.end();
    await standIns.close();
  }
}

/** Ends what an earlier play has left behind, or this one when it is given up. */
export async function stopTeam(team: Team): Promise<void> {
  const { directory, store } = new Project(team, '');
  await stopEnvironment({ directory, store, environment: 'local' });
}

class Play {
  readonly #team: Team;
  readonly #project: Project;
  readonly #standIns: StandIns;
  readonly #say: Say;
  readonly #showsItems: boolean;
  readonly #broken: string[] = [];
  #users: Users | undefined;
  #items: ChecklistItem[] = [];

  constructor(team: Team, project: Project, standIns: StandIns, { say, showsItems }: Screen) {
    this.#team = team;
    this.#project = project;
    this.#standIns = standIns;
    this.#say = say;
    this.#showsItems = showsItems;
  }

  async perform() {
    const project = this.#project;
    this.#items = await this.#plannedItems();
    await project.useChecklist(false);
    await makeRelease(project, 'first');
    await this.#up();
    await this.#deploy('first', 0);
    await project.useChecklist(true);
    await tagRelease(project, 'first');
    const outputs = await readOutputs(new FolderStore(project.store), 'local');
    if (outputs.platform !== 'local') throw new Error('examples run on the local platform');
    this.#users = new Users(outputs.balancer.url, this.#team.users);
    await makeRelease(project, 'good');
    await this.#deploy('good', 0);
    await tagRelease(project, 'good');
    const good = new Map(await this.#ask(versions.good, 'green'));
    // The live slot is not compared with itself; beside it the one before is no worse.
    const compared = this.#items.filter(comparesWithLive).map(({ id }) => id);
    for (const [id, answer] of await this.#ask(versions.good, 'blue', compared)) good.set(id, answer);
    await makeRelease(project, 'broken');
    await this.#deploy('broken', 4);
    await this.#spoil();
    const bad = await this.#ask(versions.careless, 'blue');
    await this.#mend();
    await makeRelease(project, 'failing');
    const run = await this.#deploy('failing', 4);
    await this.#expectTrip(run);
    await this.#users.leave();
    const failed = this.#users.failed;
    this.#expect(
      [...failed.keys()].every((version) => version === versions.failing),
      `failed: ${text(failed)}`,
    );
    const items = this.#items
      .filter(({ check }) => machineKinds.includes(check.kind))
      .map((item) => ({ item, good: good.get(item.id) ?? 'unknown', bad: bad.get(item.id) ?? 'unknown' }));
    this.#expectAnswers(items);
    return { requests: this.#users.requests, failed, items, sent: this.#standIns.sent, broken: this.#broken };
  }

  async end(): Promise<void> {
    await this.#users?.leave();
    await stopTeam(this.#team);
    // What is not as it should be is left to be looked at.
    if (this.#broken.length === 0) await rm(this.#project.place, { recursive: true, force: true, maxRetries: 10 });
  }

  #expect(holds: boolean, otherwise: string): void {
    if (holds) return;
    this.#broken.push(otherwise);
    this.#say(`  NOT AS IT SHOULD BE  ${otherwise}`);
  }

  async #plannedItems(): Promise<ChecklistItem[]> {
    const planned = await this.#project.crossfade(['checklist', 'plan', 'RELEASE.md', '--json']);
    if (planned.exitCode !== 0) throw new Error(planned.all);
    const schema = z.array(z.object({ items: z.array(checklistItemSchema) }));
    return schema.parse(JSON.parse(planned.stdout)).flatMap(({ items }) => items);
  }

  async #up(): Promise<void> {
    const exported = await this.#project.crossfade(['env', 'local', '--json']);
    const variables = z.record(z.string(), z.string()).parse(JSON.parse(exported.stdout));
    await this.#project.pulumi(variables, 'stack', 'init', 'local');
    await this.#project.pulumi(variables, 'up', '--stack', 'local', '--yes', '--skip-preview');
  }

  /** A deploy, with people who decide what it asks of them. Resolves to its run. */
  async #deploy(kind: Kind, expected: number): Promise<string> {
    const project = this.#project;
    const version = versions[kind];
    const before = await runsOf(project);
    const began = performance.now();
    const waivers = Object.entries(this.#team.waived).flatMap(([id, because]) => ['--waive', `item-${id}=${because}`]);
    const waived = waivers.length === 0 ? [] : [...waivers, '--key', project.keyOf('first')];
    const words = [
      'deploy',
      'local',
      version,
      '--because',
      `the ${kind} release`,
      '--wait',
      '3m',
      ...(kind === 'first' ? [] : waived),
    ];
    const deploying = project.crossfade(words);
    const run = await nextRun(project, before);
    if (run !== undefined && kind !== 'first') await signEverything(project, run, this.#items);
    const { exitCode, all } = await deploying;
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    this.#say(`  ${kind.padEnd(9)} ${version}  exit code ${exitCode ?? 'none'} after ${seconds} s`);
    if (exitCode !== expected) this.#say(all);
    this.#expect(exitCode === expected, `deploy ${version} ended with ${exitCode ?? 'a signal'}, expected ${expected}`);
    return run ?? '';
  }

  async #expectTrip(run: string): Promise<void> {
    const { events } = await readJournal(new FolderStore(this.#project.store), run);
    const told = events.flatMap(({ body }) => (body.kind === 'failed' ? [body.failure.message] : []));
    this.#say(`  it went back because: ${told.join('; ')}`);
    const { trips } = this.#team;
    this.#expect(
      told.some((line) => line.includes(trips)),
      `it did not go back for '${trips}': ${told.join('; ')}`,
    );
  }

  async #ask(version: string, slot: string, only?: readonly string[]): Promise<ReadonlyMap<string, Answer>> {
    if (only?.length === 0) return new Map();
    const words = ['checklist', 'ask', 'local', version, '--slot', slot, '--json'];
    const asked = await this.#project.crossfade(only === undefined ? words : [...words, '--item', ...only]);
    const schema = z.array(
      z.object({
        id: z.string(),
        verdict: z.object({ answer: z.enum(['yes', 'no', 'unknown']), because: z.string() }),
      }),
    );
    const parsed = schema.safeParse(jsonOf(asked.stdout));
    if (!parsed.success) throw new Error(`checklist ask: ${asked.all}`);
    const count = (answer: Answer): number => parsed.data.filter(({ verdict }) => verdict.answer === answer).length;
    this.#say(
      `  asked about ${version} in ${slot}: ${count('yes')} yes, ${count('no')} no, ${count('unknown')} unknown`,
    );
    for (const { id, verdict } of this.#showsItems ? parsed.data : []) {
      this.#say(`    ${verdict.answer.padEnd(7)} ${id}: ${verdict.because.slice(0, 140)}`);
    }
    return new Map(parsed.data.map(({ id, verdict }) => [id, verdict.answer]));
  }

  #expectAnswers(items: Played['items']): void {
    for (const { item, good, bad } of items) {
      if (item.id in this.#team.waived || item.id in this.#team.notHere) continue;
      this.#expect(good === 'yes', `${item.id} answers ${good} in the good world`);
      if (!(item.id in this.#team.neverNo)) this.#expect(bad === 'no', `${item.id} answers ${bad} in the bad world`);
    }
  }

  /** Everything that can be bad about this team's world, at once. */
  async #spoil(): Promise<void> {
    const project = this.#project;
    await makeRelease(project, 'careless');
    this.#standIns.good = false;
    await project.setTools(false);
    await project.setSecrets(1);
    await project.openWindow(false);
    await this.#changeStack();
    await this.#query(this.#team.spoil);
    await writeFile(join(project.folder, 'CHANGELOG.md'), '# Changelog\n');
  }

  async #mend(): Promise<void> {
    const project = this.#project;
    this.#standIns.good = true;
    await project.setTools(true);
    await project.setSecrets(0);
    await this.#query(this.#team.mend);
    await project.git('checkout', '--quiet', '--force', 'main');
    await rm(join(project.folder, 'api.js'), { force: true });
  }

  /** No setting is what it should be; a secret of which nothing more is asked than that it is there is not there. */
  async #changeStack(): Promise<void> {
    const file = join(this.#project.folder, 'Pulumi.local.yaml');
    const stack = parseDocument(await readFile(file, 'utf8'));
    const place = ['config', 'crossfade:environment'];
    stack.deleteIn([...place, 'settings']);
    for (const { check } of this.#items) {
      if (check.kind === 'secret' && Object.keys(check).length === 2) stack.deleteIn([...place, 'secrets', check.name]);
    }
    await writeFile(file, stack.toString());
  }

  async #query(statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    const client = new pg.Client(await ownerConnection(this.#project.directory, 'product'));
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }
}

function comparesWithLive({ check }: ChecklistItem): boolean {
  return check.kind === 'metric' && [check.pass, check.alarm, check.rollback].some((bound) => bound?.than === 'live');
}

function jsonOf(said: string): unknown {
  try {
    return JSON.parse(said) as unknown;
  } catch {
    return undefined;
  }
}

function text(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([version, count]) => `${count} by ${version}`).join(', ');
}
