import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { checklistItemSchema, type ChecklistItem } from '../../contract/checklist.js';
import { FolderStore } from '../../journal/folder-store.js';
import { readOutputs } from '../../journal/outputs.js';
import { readJournal } from '../../journal/read-journal.js';
import { machineKinds } from '../../pipeline/checklist-steps.js';
import { stopEnvironment } from '../stop-environment.js';
import { askItems, comparesWithLive, type Answer } from './ask-items.js';
import { mend, spoil, type Around } from './bad-world.js';
import { carryOutDuties, sayDone, type ListedDuty } from './duties.js';
import { checkDigest } from './check-digest.js';
import { itemsOf } from './items-of.js';
import { Project } from './project.js';
import { becauseOf, makeRelease, tagRelease, versions, type Kind } from './releases.js';
import { nextRun, runsOf, signEverything } from './signing.js';
import { Elsewhere } from './stand-ins/elsewhere.js';
import type { Heard } from './stand-ins/heard.js';
import { StandIns } from './stand-ins/stand-ins.js';
import type { Team } from './team.js';
import { Told, type ToldItem } from './told.js';
import { Users } from './users.js';

export interface Played {
  readonly team: Team;
  readonly seconds: number;
  readonly requests: number;
  /** By release, where one failed. */
  readonly failed: ReadonlyMap<string, number>;
  /** Of every item that a machine is asked: in the good world, and in the bad one. */
  readonly items: readonly { readonly item: ChecklistItem; readonly good: Answer; readonly bad: Answer }[];
  /** Every item that tells somebody, or moves a flag, with the releases in which it was seen. */
  readonly told: readonly ToldItem[];
  /** By item: what it asked when the play began. */
  readonly checks: ReadonlyMap<string, string>;
  /** How much was told and changed at all. */
  readonly heard: number;
  /** What was not as the example says. */
  readonly broken: readonly string[];
}

/** The release is made meanwhile. Milliseconds; long enough for a command to begin on a busy machine. */
const announcedAhead = 8_000;

interface Screen {
  readonly say: (line: string) => void;
  /** Each item with its answer. */
  readonly showsItems: boolean;
}

/** One team's releases from the first to the one that goes back, with the real engine, PostgreSQL, git and HTTP. */
export async function play(team: Team, screen: Screen): Promise<Played> {
  const began = performance.now();
  const checks = new Map((await itemsOf(team.folder)).map((item) => [item.id, checkDigest(item)]));
  const standIns = await StandIns.open(team);
  const elsewhere = await Elsewhere.open(team.elsewhere);
  const project = new Project(team, standIns.address);
  const stage = new Play(team, project, { standIns, elsewhere }, screen);
  try {
    await stopTeam(team);
    await project.make({ standIns: standIns.address, mail: standIns.mailAddress, elsewhere });
    return { ...(await stage.perform()), team, checks, seconds: (performance.now() - began) / 1_000 };
  } finally {
    await stage.end();
    await Promise.all([standIns.close(), elsewhere.close()]);
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
  readonly #around: Around;
  readonly #screen: Screen;
  readonly #broken: string[] = [];
  #users: Users | undefined;
  #items: ChecklistItem[] = [];
  #heard = 0;
  /** Milliseconds since 1970; the newest announcement says so. */
  #mayBegin = 0;

  constructor(team: Team, project: Project, around: Around, screen: Screen) {
    this.#team = team;
    this.#project = project;
    this.#around = around;
    this.#screen = screen;
  }

  /** What can't go on is broken as well. */
  async perform(): Promise<Omit<Played, 'team' | 'checks' | 'seconds'>> {
    try {
      return await this.#perform();
    } catch (error) {
      this.#expect(false, error instanceof Error ? error.message : String(error));
      const { requests = 0, failed = new Map<string, number>() } = this.#users ?? {};
      return { requests, failed, items: [], told: [], heard: this.#heard, broken: this.#broken };
    }
  }

  async #perform() {
    const project = this.#project;
    this.#items = await this.#plannedItems();
    const told = new Told(this.#team, this.#items, (problem) => this.#expect(false, problem));
    this.#users = await this.#firstRelease();
    told.announced(await this.#announce('good'));
    await makeRelease(project, 'good');
    told.good(await this.#deploy('good', 0));
    await tagRelease(project, 'good');
    const good = await this.#ask(versions.good, 'green');
    // Beside the live slot the one before is no worse.
    const compared = this.#items.filter(comparesWithLive).map(({ id }) => id);
    for (const [id, answer] of await this.#ask(versions.good, 'blue', compared)) good.set(id, answer);
    await this.#expectDuties();
    if (told.hasFlags) told.switchedOff(await this.#hearing(() => this.#switchOff()));
    await this.#announce('broken');
    await makeRelease(project, 'broken');
    await this.#deploy('broken', 4);
    await spoil(project, this.#around, this.#items);
    const bad = await this.#ask(versions.careless, 'blue');
    await mend(project, this.#around);
    await this.#announce('failing');
    await makeRelease(project, 'failing');
    this.#around.standIns.figures = this.#team.alarming;
    const failing = await this.#deploy('failing', 4);
    told.failing(failing);
    await this.#expectTrip(failing.run);
    const { requests, failed } = await this.#leave();
    const items = this.#items
      .filter(({ check }) => machineKinds.includes(check.kind))
      .map((item) => ({ item, good: good.get(item.id) ?? 'unknown', bad: bad.get(item.id) ?? 'unknown' }));
    this.#expectAnswers(items);
    return { requests, failed, items, told: told.items, heard: this.#heard, broken: this.#broken };
  }

  async end(): Promise<void> {
    await this.#users?.leave();
    await stopTeam(this.#team);
    // What is not as it should be is left to be looked at.
    if (this.#broken.length === 0) await rm(this.#project.place, { recursive: true, force: true, maxRetries: 10 });
  }

  /** A checklist speaks of what stands already: the first release comes before it. */
  async #firstRelease(): Promise<Users> {
    const project = this.#project;
    await project.useChecklist(false);
    await makeRelease(project, 'first');
    await this.#up();
    await this.#deploy('first', 0);
    await project.useChecklist(true);
    await tagRelease(project, 'first');
    const outputs = await readOutputs(new FolderStore(project.store), 'local');
    if (outputs.platform !== 'local') throw new Error('examples run on the local platform');
    return new Users(outputs.balancer.url, this.#team.users);
  }

  #expect(holds: boolean, otherwise: string): void {
    if (holds) return;
    this.#broken.push(otherwise);
    this.#screen.say(`  NOT AS IT SHOULD BE  ${otherwise}`);
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

  /** Where the checklist has somebody told before. Resolves to what they heard; the next deploy waits for its time. */
  async #announce(kind: Kind): Promise<readonly Heard[]> {
    if (!this.#items.some(isAnnounced)) return [];
    const at = new Date(Date.now() + announcedAhead);
    const moment = at.toISOString().replace(/\.\d+Z$/, 'Z');
    const heard = await this.#hearing(async () => {
      const words = [
        'announce',
        'local',
        versions[kind],
        '--at',
        moment,
        '--lasts',
        '1h',
        '--because',
        becauseOf(kind),
      ];
      const { exitCode, all } = await this.#project.crossfade(words);
      this.#expect(exitCode === 0, `announce: ${all}`);
    });
    this.#mayBegin = at.getTime();
    return heard;
  }

  /** A deploy, with people who decide what it asks of them. */
  async #deploy(kind: Kind, expected: number): Promise<{ readonly run: string; readonly heard: readonly Heard[] }> {
    const project = this.#project;
    const version = versions[kind];
    await pause(Math.max(0, this.#mayBegin - Date.now()));
    const before = await runsOf(project);
    const began = performance.now();
    const waivers = Object.entries(this.#team.waived).flatMap(([id, because]) => ['--waive', `item-${id}=${because}`]);
    const waived = waivers.length === 0 || kind === 'first' ? [] : [...waivers, '--key', project.keyOf('first')];
    const words = ['deploy', 'local', version, '--because', becauseOf(kind), '--wait', '3m'];
    let run: string | undefined;
    const heard = await this.#hearing(async () => {
      const deploying = project.crossfade([...words, ...waived]);
      run = await nextRun(project, before);
      if (run !== undefined && kind !== 'first') await signEverything(project, run);
      const { exitCode, all } = await deploying;
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      this.#screen.say(`  ${kind.padEnd(9)} ${version}  exit code ${exitCode ?? 'none'} after ${seconds} s`);
      if (exitCode !== expected) this.#screen.say(all);
      if (exitCode !== expected) throw new Error(`it ended with ${exitCode ?? 'a signal'}, expected ${expected}`);
    });
    return { run: run ?? '', heard };
  }

  /** What people heard meanwhile. */
  async #hearing(act: () => Promise<void>): Promise<readonly Heard[]> {
    this.#around.standIns.takeHeard();
    await act();
    const heard = this.#around.standIns.takeHeard();
    this.#heard += heard.length;
    for (const { receiver, text } of this.#screen.showsItems ? heard : []) {
      this.#screen.say(
        `    told ${receiver}: ${text
          .trim()
          .replaceAll(/\s*\n\s*/g, ' / ')
          .slice(0, 200)}`,
      );
    }
    return heard;
  }

  /** Those that a machine can carry out are done by one tick; one that is a person's is late, told, and done by saying so. */
  async #expectDuties(): Promise<void> {
    let duties: ListedDuty[] = [];
    const heard = await this.#hearing(async () => {
      duties = await carryOutDuties(this.#project);
    });
    const checks = duties.filter(({ kind }) => kind === 'check');
    const open = checks.filter(({ id, status }) => status !== 'done' && !(id in this.#team.notHere));
    this.#screen.say(`  duties    ${checks.length - open.length} of ${checks.length} checks done by a tick`);
    for (const { id, status, because } of open) this.#expect(false, `duty ${id} is ${status}: ${because}`);
    const [late] = duties.filter(({ kind, status }) => kind === 'person' && status === 'late');
    if (late === undefined) return;
    const told = heard.some(({ receiver, text }) => receiver === 'pager' && text.includes(late.id));
    this.#expect(told, `nobody was told that ${late.id} is late`);
    await sayDone(this.#project, late.id);
  }

  /** The kill switch of the release that is live. */
  async #switchOff(): Promise<void> {
    const { exitCode, all } = await this.#project.crossfade([
      'flags',
      'off',
      'local',
      '--because',
      'as the example goes',
    ]);
    this.#expect(exitCode === 0, `flags off: ${all}`);
  }

  async #expectTrip(run: string): Promise<void> {
    const { events } = await readJournal(new FolderStore(this.#project.store), run);
    const told = events.flatMap(({ body }) => (body.kind === 'failed' ? [body.failure.message] : []));
    this.#screen.say(`  it went back because: ${told.join('; ')}`);
    const { trips } = this.#team;
    this.#expect(
      told.some((line) => line.includes(trips)),
      `it did not go back for '${trips}': ${told.join('; ')}`,
    );
  }

  /** Nobody else's release has failed a request. */
  async #leave(): Promise<Users> {
    const users = this.#users;
    if (users === undefined) throw new Error('there were no users');
    await users.leave();
    const text = [...users.failed].map(([version, count]) => `${count} by ${version}`).join(', ');
    const only = [...users.failed.keys()].every((version) => version === versions.failing);
    this.#expect(only, `requests failed: ${text}`);
    return users;
  }

  async #ask(version: string, slot: string, only?: readonly string[]): Promise<Map<string, Answer>> {
    const { say, showsItems } = this.#screen;
    const asked = await askItems(this.#project, { version, slot, ...(only === undefined ? {} : { only }) });
    const count = (answer: Answer): number => asked.filter((each) => each.answer === answer).length;
    if (asked.length > 0)
      say(`  asked about ${version} in ${slot}: ${count('yes')} yes, ${count('no')} no, ${count('unknown')} unknown`);
    for (const { id, answer, because } of showsItems ? asked : []) {
      say(`    ${answer.padEnd(7)} ${id}: ${because.slice(0, 140)}`);
    }
    return new Map(asked.map(({ id, answer }) => [id, answer]));
  }

  #expectAnswers(items: Played['items']): void {
    for (const { item, good, bad } of items) {
      if (item.id in this.#team.waived || item.id in this.#team.notHere) continue;
      this.#expect(good === 'yes', `${item.id} answers ${good} in the good world`);
      if (!(item.id in this.#team.neverNo)) this.#expect(bad === 'no', `${item.id} answers ${bad} in the bad world`);
    }
  }
}

function isAnnounced({ check }: ChecklistItem): boolean {
  return check.kind === 'message' ? check.at === 'announced' : check.kind === 'window' && check.announced !== undefined;
}
