import { otherColour, type Colour } from '../../contract/colour.js';
import { OperatorError, type ExitCode } from '../../contract/errors.js';
import type { Plan } from '../../contract/plan.js';
import type { SlotInput } from '../../contract/slot-input.js';
import { newRunId } from '../../journal/run-id.js';
import { contractionsOf, type Contraction } from '../../pipeline/contractions.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { SlotState } from '../../pipeline/ports/slots.js';
import { planCreate, planRetire } from '../../pipeline/plan-slot.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { gatherFacts } from '../run/gather-facts.js';
import { exitOfForward } from '../run/outcome-exit.js';
import { perform } from '../run/perform.js';
import { runsOf } from '../run/runs-of.js';
import { dryRun, refuseUnfinished } from './deploy.js';

export interface SlotOptions {
  readonly because: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  /** Part of another command, whose standard output it leaves alone. */
  readonly quiet?: boolean;
}

/** Destroys the idle slot, or makes it again as it was. Both are runs: journalled, under the lease, and without traffic. */
export async function changeSlot(
  verb: 'create' | 'destroy',
  name: string | undefined,
  colour: Colour,
  options: SlotOptions,
): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const outputs = await environment.outputs();
  const platform = await environment.platform(outputs);
  const run = newRunId(environment.name, environment.clock.now());
  const plan = async (): Promise<Plan> => {
    await refuseUnfinished(environment);
    const facts = { ...(await gatherFacts(environment, platform, outputs, { run, because: options.because })), colour };
    const waiting = verb === 'destroy' ? await waitingContractions(platform, facts.slots[otherColour(colour)]) : [];
    return verb === 'destroy'
      ? planRetire({ ...facts, waiting })
      : planCreate(facts, await lastInput(environment, colour));
  };
  if (options.dryRun) return dryRun(await plan(), options.json);
  const { json, quiet = false } = options;
  return perform({ environment, platform, json, quiet, exitOf: exitOfForward, conducting: { run, plan } });
}

/** What a run last put into the slot, from the journals: also when the slot is gone. */
async function lastInput({ store, name }: OpenEnvironment, colour: Colour): Promise<SlotInput | undefined> {
  for await (const { progress } of runsOf(store, name)) {
    const { plan, done } = progress;
    if (plan.to === colour && plan.input && done.has('provision')) return plan.input;
  }
  return undefined;
}

const lookWithin = 30_000;

/** What the live release would remove and the database still has. A database that doesn't answer holds no slot back. */
async function waitingContractions(platform: Platform, { input }: SlotState): Promise<readonly Contraction[]> {
  if (platform.database === undefined || input === undefined || input.release.migrations.length === 0) return [];
  try {
    const { missing } = await platform.database.migrations(input.release);
    const signal = AbortSignal.timeout(lookWithin);
    const found = await contractionsOf(input.release, platform.migrationReview, signal);
    return found.filter(({ id }) => missing.includes(id));
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    process.stderr.write(`migrations that wait for this stay waiting: ${error.message}\n`);
    return [];
  }
}
