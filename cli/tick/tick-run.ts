import { exitCodes, LeaseHeldError, RefusedError, FencedError } from '../../contract/errors.js';
import type { OpenEnvironment } from '../open-environment.js';
import { exitOfForward } from '../run/outcome-exit.js';
import { perform } from '../run/perform.js';
import { unfinishedRun } from '../run/unfinished-run.js';
import type { Status } from '../status/status.js';
import { nothing, type Told } from './told.js';

/**
 * Goes on with a run that waits, where `status` would advise that: nobody is at work on it and its traffic is whole. It
 * asks again what it waited for, people's decisions among it. Split traffic is left to the dead-man's switch and to people.
 */
export async function tickRun(
  environment: OpenEnvironment,
  { inFlight, advice }: Pick<Status, 'inFlight' | 'advice'>,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Told> {
  if (inFlight === null) return nothing;
  const { run, action, version = '?', parked } = inFlight;
  const what = `${action} of ${version}, run ${run}`;
  if (parked === undefined) return { did: [`left ${what} alone: somebody is at work on it`], waits: [] };
  if (advice.type !== `crossfade resume ${environment.name}`) {
    return { did: [], waits: [`${what} waits for a person: ${advice.because}`] };
  }
  if (dryRun) return { did: [`would go on with ${what}`], waits: [] };
  const known = await unfinishedRun(environment.store, environment.name);
  if (known?.run !== run) return nothing;
  try {
    const { plan } = known.progress;
    const platform = await environment.platform(plan.outputs);
    const exitCode = await perform({
      environment,
      platform,
      quiet: true,
      json: false,
      exitOf: exitOfForward,
      known: plan,
      conducting: { run },
    });
    const waits = exitCode === exitCodes.parked ? [`${what} still waits: 'crossfade status ${environment.name}'`] : [];
    return { did: [`went on with ${what}`], waits, exitCode };
  } catch (error) {
    // Another tick, or a person, was first.
    if (error instanceof LeaseHeldError || error instanceof FencedError || error instanceof RefusedError) {
      return { did: [`left ${what} alone: ${error.message}`], waits: [] };
    }
    throw error;
  }
}
