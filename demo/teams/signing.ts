import { setTimeout as pause } from 'node:timers/promises';
import { FolderStore } from '../../journal/folder-store.js';
import { readJournal, readJournalIfAny } from '../../journal/read-journal.js';
import { askingsOf } from '../../pipeline/people/askings-of.js';
import { progressOf } from '../../pipeline/progress.js';
import type { Project } from './project.js';

const beginsWithin = 120_000;

export async function runsOf(project: Project): Promise<readonly string[]> {
  return new FolderStore(project.store).list('journals');
}

/** The run that begins next. */
export async function nextRun(project: Project, before: readonly string[]): Promise<string | undefined> {
  const deadline = performance.now() + beginsWithin;
  while (performance.now() < deadline) {
    const run = (await runsOf(project)).find((name) => !before.includes(name));
    if (run !== undefined && (await hasBegun(project, run))) return run;
    await pause(200);
  }
  return undefined;
}

/** Its stream is there a moment before its first event, which is the plan. */
async function hasBegun(project: Project, run: string): Promise<boolean> {
  const reading = await readJournalIfAny(new FolderStore(project.store), run);
  return (reading?.events.length ?? 0) > 0;
}

/** What people would do meanwhile, each in their own name: everything that the run asks of them. */
export async function signEverything(project: Project, run: string): Promise<void> {
  const { events } = await readJournal(new FolderStore(project.store), run);
  const asked = askingsOf(progressOf(events).plan);
  const approved = asked.some(({ asks }) => asks === 'approval');
  for (const person of approved ? ['first', 'second'] : []) {
    const because = ['--because', 'as the example goes'];
    await decided(project.crossfade(['approve', run, ...because, '--key', project.keyOf(person)]));
  }
  const signed = asked.filter(({ asks }) => asks === 'sign-off').map(({ item }) => item);
  if (signed.length === 0) return;
  const saw = ['--saw', 'what the example says', '--key', project.keyOf('first')];
  await decided(project.crossfade(['sign', run, ...signed, ...saw]));
}

async function decided(deciding: ReturnType<Project['crossfade']>): Promise<void> {
  const { exitCode, all } = await deciding;
  if (exitCode !== 0) throw new Error(all);
}
