import { ConfigurationError, OperatorError, RefusedError, exitCodes, type ExitCode } from '../../contract/errors.js';
import type { ChecklistItem, PlannedChecklist } from '../../contract/checklist.js';
import type { Colour } from '../../contract/colour.js';
import type { Verdict } from '../../contract/verdict.js';
import { readRelease } from '../../journal/releases.js';
import { newRunId } from '../../journal/run-id.js';
import { machineKinds } from '../../pipeline/checklist-steps.js';
import type { Asked } from '../../pipeline/questions.js';
import { checklistOf } from '../checklist/checklist-of.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { askedLines } from '../print/asked-lines.js';
import { print } from '../print/print.js';
import { interrupts } from '../run/interrupts.js';
import { planRelease } from '../run/plan-release.js';
import { questionsOf } from '../run/questions-of.js';
import { redactionOf } from '../run/redaction.js';

export interface AskOptions {
  /** Ids; all that can be asked when empty. */
  readonly items: readonly string[];
  /** The slot that is asked; the one that a deploy would use when left out. */
  readonly slot: Colour | undefined;
  readonly json: boolean;
}

export interface AskedItem {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly line: number;
  readonly optional: boolean;
  readonly verdict: Verdict;
  /** What a command printed, without secrets. */
  readonly output: string;
}

/** Long enough for what a command leaves behind, once its own time is over. */
const longest = 70_000;

/** Asks the checklist's items now, outside of any run, and records nothing. Exit code 3 when one is not a yes. */
export async function askChecklist(name: string | undefined, version: string, options: AskOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const checklist = await requireChecklist(environment);
  const items = itemsOf(checklist, options.items);
  const ask = await openAsking(environment, checklist, version, options.slot);
  const asked: AskedItem[] = [];
  const interrupt = interrupts((line) => process.stderr.write(`${line}\n`));
  try {
    // One after the other: a team's commands may not bear each other.
    for (const item of items) if (!interrupt.signal.aborted) asked.push(await ask(item, interrupt.signal));
  } finally {
    interrupt.stop();
  }
  print(options.json, asked, () => askedLines(asked));
  const stops = asked.some(({ optional, verdict }) => !optional && verdict.answer !== 'yes');
  return stops || asked.length < items.length ? exitCodes.refused : exitCodes.done;
}

async function requireChecklist(environment: OpenEnvironment): Promise<PlannedChecklist> {
  const checklist = await checklistOf(environment);
  if (checklist) return checklist;
  throw new ConfigurationError(`the stack file of ${environment.name} names no checklist`, {
    hint: "'checklist: RELEASE.md' there makes one part of every deploy",
  });
}

function itemsOf(checklist: PlannedChecklist, wanted: readonly string[]): ChecklistItem[] {
  const strange = wanted.filter((id) => checklist.items.every((item) => item.id !== id));
  if (strange.length > 0) {
    throw new ConfigurationError(`${checklist.file} has no item ${strange.join(', ')} here`, {
      hint: `'crossfade checklist plan ${checklist.file}' lists them`,
    });
  }
  const items = checklist.items.filter(({ id, check }) =>
    wanted.length === 0 ? machineKinds.includes(check.kind) : wanted.includes(id),
  );
  const silent = items.filter(({ check }) => !machineKinds.includes(check.kind));
  if (silent.length === 0) return items;
  throw new RefusedError(silent.map(({ id, check }) => `${id} is no question: ${check.kind}`).join('\n'));
}

async function openAsking(
  environment: OpenEnvironment,
  checklist: PlannedChecklist,
  version: string,
  slot: Colour | undefined,
) {
  const release = await readRelease(environment.store, version);
  const outputs = await environment.outputs();
  const platform = await environment.platform(outputs);
  const run = newRunId(environment.name, environment.clock.now());
  const plan = await planRelease(environment, platform, outputs, {
    run,
    because: 'asked by hand',
    release,
    checklist,
  });
  const settings = plan.input ? [plan.input.settings] : [];
  const redaction = await redactionOf(platform, settings, { goingBack: false });
  return async (item: ChecklistItem, interrupted: AbortSignal): Promise<AskedItem> => {
    let output = '';
    const questions = questionsOf(environment, redaction, (_run, text) => {
      output = text;
      return Promise.resolve({});
    });
    const { id, title, check, place, optional } = item;
    const about: Asked = { item: id, environment: environment.name, colour: slot ?? plan.to, plan, platform };
    const within = check.kind === 'command' ? check.timeout + longest : longest;
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(within)]);
    const verdict = await questions.ask(check, about, signal).catch(unknownBecause);
    return { id, title, kind: check.kind, line: place.line, optional, verdict, output };
  };
}

function unknownBecause(error: unknown): Verdict {
  if (!(error instanceof OperatorError)) throw error;
  return { answer: 'unknown', because: error.message, evidence: {} };
}
