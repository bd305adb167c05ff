import { setTimeout as pause } from 'node:timers/promises';
import type { ChecklistItem } from '../../contract/checklist.js';
import { FolderStore } from '../../journal/folder-store.js';
import type { Project } from './project.js';

const beginsWithin = 120_000;
const atOnce = 3;

export async function runsOf(project: Project): Promise<readonly string[]> {
  return new FolderStore(project.store).list('journals');
}

/** The run that begins next. */
export async function nextRun(project: Project, before: readonly string[]): Promise<string | undefined> {
  const deadline = performance.now() + beginsWithin;
  while (performance.now() < deadline) {
    const run = (await runsOf(project)).find((name) => !before.includes(name));
    if (run !== undefined) return run;
    await pause(200);
  }
  return undefined;
}

/** What people would do meanwhile, each in their own name: everything that the run asks of them. */
export async function signEverything(project: Project, run: string, items: readonly ChecklistItem[]): Promise<void> {
  for (const person of ['first', 'second']) {
    if (!items.some(({ check }) => check.kind === 'approval')) break;
    await project.crossfade(['approve', run, '--key', project.keyOf(person), '--because', 'as the example goes']);
  }
  const signed = items.filter(({ check }) => check.kind === 'sign-off').map(({ id }) => id);
  const work = async (): Promise<void> => {
    for (let id = signed.shift(); id !== undefined; id = signed.shift()) {
      const saw = ['--saw', 'what the example says', '--key', project.keyOf('first')];
      await project.crossfade(['sign', run, id, ...saw]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
