import { RefusedError, type ExitCode } from '../../contract/errors.js';
import { Turn } from '../../pipeline/endings.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { readDurationOption } from '../read-duration-option.js';
import { goBack } from '../run/go-back.js';
import { exitOfForward } from '../run/outcome-exit.js';
import { perform } from '../run/perform.js';
import type { KnownRun } from '../run/runs-of.js';
import { unfinishedRun } from '../run/unfinished-run.js';

/** Goes on with the environment's unfinished run, from its recorded plan. */
export async function resume(
  name: string | undefined,
  options: { readonly json: boolean; readonly wait: string | undefined },
): Promise<ExitCode> {
  const waitForPeople = readDurationOption('--wait', options.wait) ?? 0;
  const environment = await openEnvironment(name);
  const { run, progress } = await requireUnfinished(environment);
  const platform = await environment.platform(progress.plan.outputs);
  return perform({
    environment,
    platform,
    json: options.json,
    exitOf: exitOfForward,
    known: progress.plan,
    conducting: { run, waitForPeople },
  });
}

/** Undoes the environment's unfinished run; with `keepWeights` everything but the weights, which somebody else has set. */
export async function abort(
  name: string | undefined,
  options: { readonly json: boolean; readonly because: string; readonly keepWeights: boolean },
): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const unfinished = await requireUnfinished(environment);
  const turn = new Turn(`abort asked for: ${options.because}`, environment.by, 'abort');
  return goBack(environment, unfinished, turn, options);
}

async function requireUnfinished({ store, name }: OpenEnvironment): Promise<KnownRun> {
  const unfinished = await unfinishedRun(store, name);
  if (unfinished) return unfinished;
  throw new RefusedError(`no run of ${name} is unfinished`, { hint: `'crossfade status ${name}' shows what is live` });
}
