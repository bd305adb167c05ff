import { exitCodes, IntegrityError, StoreError, type ExitCode } from '../../contract/errors.js';
import type { Event, Outcome } from '../../contract/event.js';
import type { Plan } from '../../contract/plan.js';
import type { Progress } from '../../pipeline/progress.js';
import type { Ended } from '../../pipeline/run.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { jsonPrinter, runPrinter, type RunPrinter } from '../print/run-printer.js';
import type { OpenEnvironment } from '../open-environment.js';
import { conduct, conductUnrecorded, type Conducting } from './conduct.js';
import { flagsOf } from '../flags/flags-of.js';
import { messengerOf } from '../messages/messenger-of.js';
import { postOffice, secretsOf } from '../messages/post-office.js';
import { tellUnrecorded, type Unrecorded } from '../messages/tell-unrecorded.js';
import { settingsAsNamed } from './gather-facts.js';
import { interrupts } from './interrupts.js';
import { questionsOf } from './questions-of.js';
import { redactionOf } from './redaction.js';
import { tagAfterRun } from '../tag/tag-after-run.js';

export interface Performance {
  readonly environment: OpenEnvironment;
  readonly platform: Platform;
  readonly json: boolean;
  /** Events are printed on standard error: standard output belongs to the command that this run is a part of. */
  readonly quiet?: boolean;
  /** Of a run that is gone on with: an earlier process has recorded it. */
  readonly known?: Plan;
  readonly exitOf: (outcome: Outcome) => ExitCode;
  readonly conducting: Pick<
    Conducting,
    'run' | 'plan' | 'preempt' | 'turn' | 'keepWeights' | 'waivers' | 'waitForPeople'
  >;
  /** Go on without a record, from here, when the store can't be written. Only for going back. */
  readonly unrecorded?: () => Promise<Progress>;
}

/** A run from the command line: printed as it goes, stopped by Ctrl-C, its outcome the exit code. */
export async function perform(performance: Performance): Promise<ExitCode> {
  const printer = printerFor(performance.json, performance.known, performance.quiet);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const interrupt = interrupts(say);
  const messenger = messengerOf(performance.environment, performance.conducting.run, say);
  const onEvent = (event: Event): void => {
    printer.event(event);
    messenger?.event(event);
  };
  try {
    const { ended, unrecorded } = await recordedOrNot(performance, { ...printer, event: onEvent }, interrupt.signal);
    const exitCode = performance.exitOf(ended.outcome);
    if (unrecorded === undefined) return exitCode;
    await tellUnrecorded(performance.environment, postOffice(performance.environment), { ...unrecorded, ended }, say);
    say('THIS IS IN NO JOURNAL: mend the store, and keep what stands above');
    // Traffic is where it was asked to be, and yet not all is done.
    return exitCode === exitCodes.done ? exitCodes.rolledBack : exitCode;
  } finally {
    interrupt.stop();
    // By now the run is over, printed, and its lease given back.
    await messenger?.finish();
  }
}

export function printerFor(json: boolean, known?: Plan, quiet = false): RunPrinter {
  const stream = quiet ? process.stderr : process.stdout;
  const screen = {
    isTTY: stream.isTTY,
    columns: stream.columns,
    write: (text: string) => void stream.write(text),
  };
  return json ? jsonPrinter(screen) : runPrinter(screen, () => globalThis.performance.now(), known);
}

interface Conducted {
  readonly ended: Ended;
  /** Undefined: all of it is in the journal. */
  readonly unrecorded?: Omit<Unrecorded, 'ended'>;
}

async function recordedOrNot(
  performance: Performance,
  printer: RunPrinter,
  interrupt: AbortSignal,
): Promise<Conducted> {
  const { environment, platform } = performance;
  const { store, clock, by, quarantine, people, name } = environment;
  const known = performance.known?.input ? [performance.known.input.settings] : [];
  const { plan, preempt = false } = performance.conducting;
  const redaction = await redactionOf(platform, [settingsAsNamed(environment), ...known], {
    goingBack: preempt,
    others: await secretsOf(environment.configuration.notify, environment.folder),
  });
  const flags = flagsOf(environment);
  const conducting: Conducting = {
    store,
    clock,
    by,
    quarantine,
    people,
    platform,
    environment: name,
    interrupt,
    // So that a line of progress has figures that are not older than the line before.
    ...(isTold(environment) ? { judgedAgainAfter: environment.configuration.notify.every } : {}),
    onEvent: (event: Event) => printer.event(event),
    say: (line) => printer.say(redaction.line(line)),
    redact: redaction.event,
    questions: questionsOf(environment, redaction),
    ...(flags ? { flags } : {}),
    ...performance.conducting,
    ...(plan ? { plan: async () => redaction.plan(await plan()) } : {}),
  };
  try {
    const ended = await conduct(conducting);
    if (ended.outcome === 'completed') {
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      await tagAfterRun(environment, performance.conducting.run, redaction, say);
    }
    return { ended };
  } catch (error) {
    // A lease or a journal that can't be written, or that is not what it was.
    const unrecordable = error instanceof StoreError || error instanceof IntegrityError;
    if (!unrecordable || !performance.unrecorded) throw redaction.failure(error);
    const why = redaction.line(error.message);
    process.stderr.write(`${why}\ngoing back without a record: traffic matters more\n`);
    const progress = await performance.unrecorded();
    const ended = await conductUnrecorded(conducting, progress);
    const because = redaction.line(ended.because);
    return { ended: { ...ended, because }, unrecorded: { plan: redaction.plan(progress.plan), why } };
  }
}

function isTold({ configuration }: OpenEnvironment): boolean {
  return Object.keys(configuration.notify.receivers).length > 0;
}
