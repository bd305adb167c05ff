import { OperatorError } from '../../contract/errors.js';
import { readHistoryUntil } from '../../journal/history.js';
import { appendLine } from '../../journal/append-line.js';
import { rampsIn, type Ramp } from '../../pipeline/flag-steps.js';
import type { OpenEnvironment } from '../open-environment.js';
import { flagsOf } from './flags-of.js';

const switchWithin = 30_000;

export interface SwitchedOff {
  readonly flag: string;
  readonly percent: number;
  /** Why it is not there; undefined: it is. */
  readonly problem: string | undefined;
}

/** Flags that the newest deploy has ramped. */
export async function rampsOfRelease({ store, name }: Pick<OpenEnvironment, 'store' | 'name'>): Promise<Ramp[]> {
  const history = await readHistoryUntil(store, name, undefined, (states) =>
    states.some(({ plan }) => plan.action === 'deploy'),
  );
  const deploy = history.find(({ state }) => state?.plan.action === 'deploy')?.state;
  return deploy ? rampsIn(deploy.plan) : [];
}

/** Each by itself, to `back`, and put down afterwards: users come before records. */
export async function putBack(
  environment: OpenEnvironment,
  ramps: readonly Ramp[],
  because: string,
): Promise<readonly SwitchedOff[]> {
  const service = flagsOf(environment);
  const { store, name, by, clock } = environment;
  const switched: SwitchedOff[] = [];
  for (const { flag, back: percent } of ramps) {
    const problem = service
      ? await problemOf(() => service.shift(flag, percent, AbortSignal.timeout(switchWithin)))
      : 'the stack file names no flag service';
    switched.push({ flag, percent, problem });
    const said = { flag, percent, by, because, at: clock.now().toISOString(), ...(problem ? { problem } : {}) };
    const unrecorded = await problemOf(() => appendLine(store, `flags/${name}`, { format: 1, ...said }));
    if (unrecorded !== undefined) process.stderr.write(`flag ${flag}: not on record: ${unrecorded}\n`);
  }
  return switched;
}

async function problemOf(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof OperatorError) return error.message;
    if (error instanceof DOMException) return 'no answer in time';
    throw error;
  }
}

/** After a rollback, so that no user's way back waits for it: what the release had ramped goes back too. */
export async function putBackAfterRollback(environment: OpenEnvironment, because: string): Promise<void> {
  if (environment.configuration.flags === undefined) return;
  const ramps = await rampsOfRelease(environment).catch((error: unknown) => {
    if (!(error instanceof OperatorError)) throw error;
    process.stderr.write(`which flags the release had is not known: ${error.message}\n`);
    return [];
  });
  for (const { flag, percent, problem } of await putBack(environment, ramps, because)) {
    const hint = `; 'crossfade flags off ${environment.name} --flag ${flag}' turns it off`;
    const told =
      problem === undefined ? `is on for ${percent} % again` : `is NOT back at ${percent} %: ${problem}${hint}`;
    process.stderr.write(`flag ${flag} ${told}\n`);
  }
}
