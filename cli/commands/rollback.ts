import type { Colour } from '../../contract/colour.js';
import { ConfigurationError, OperatorError, RefusedError, type ExitCode } from '../../contract/errors.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import { wholeColour } from '../../contract/weights.js';
import { newRunId } from '../../journal/run-id.js';
import { Turn } from '../../pipeline/endings.js';
import { planRollback } from '../../pipeline/plan-rollback.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { progressOf } from '../../pipeline/progress.js';
import type { Plan } from '../../contract/plan.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { putBackAfterRollback } from '../flags/put-back.js';
import { besideWithVersion, findWayBack } from '../run/find-way-back.js';
import { gatherFacts, readWorld } from '../run/gather-facts.js';
import { goBack } from '../run/go-back.js';
import { exitOfBack } from '../run/outcome-exit.js';
import { perform } from '../run/perform.js';
import type { KnownRun } from '../run/runs-of.js';
import { unfinishedOrUnreadable } from '../run/unfinished-run.js';
import { deploy, dryRun } from './deploy.js';

export interface RollbackOptions {
  readonly because: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly to: string | undefined;
  /** The operator vouches for what stands there. */
  readonly slot: Colour | undefined;
}

/** Traffic first, needing neither Pulumi, nor the database, nor a journal that can be read or written. */
export async function rollback(name: string | undefined, options: RollbackOptions): Promise<ExitCode> {
  if (options.to !== undefined && options.slot !== undefined) {
    throw new ConfigurationError('--to names a release and --slot a place: only one of them');
  }
  const environment = await openEnvironment(name);
  const { unfinished, unread } = await newestToUndo(environment);
  const turned = unfinished && !options.dryRun ? await undo(environment, unfinished, options) : undefined;
  if (turned !== undefined && options.to === undefined && options.slot === undefined) return turned;
  const outputs = await outputsForBack(environment);
  const platform = await environment.platform(outputs);
  if (options.slot !== undefined && turned !== undefined && (await wholeIn(platform)) === options.slot) return turned;
  if (options.to === undefined) return backTo({ environment, outputs, platform, options, unread });
  const world = await readWorld(platform);
  const beside = besideWithVersion(world, options.to);
  if (beside !== undefined) return backTo({ environment, outputs, platform, options, unread, beside });
  const live = world.reading.weights && wholeColour(world.reading.weights);
  if (live !== undefined && world.slots[live].input?.release.version === options.to) {
    throw new RefusedError(`${options.to} is live in ${live} already`);
  }
  process.stderr.write(
    `${options.to} does not stand in a slot: going there is a deploy, with all its steps and waits\n`,
  );
  return deploy(environment.name, options.to, { ...options, downgrade: true, waivers: [], checklist: false });
}

function undo(environment: OpenEnvironment, unfinished: KnownRun, options: RollbackOptions): Promise<ExitCode> {
  const turn = new Turn(`rollback asked for: ${options.because}`, environment.by, 'rollback');
  return goBack(environment, unfinished, turn, { json: options.json, keepWeights: false });
}

/** Undefined: split, mixed, or none. */
async function wholeIn({ traffic }: Platform): Promise<Colour | undefined> {
  const { weights } = await traffic.read();
  return weights && wholeColour(weights);
}

interface Newest {
  readonly unfinished: KnownRun | undefined;
  /** There may be one, and it can't be read. */
  readonly unread: boolean;
}

/** The unfinished run. One that can't be read is not undone step by step: traffic goes by what the balancer says. */
async function newestToUndo({ store, name }: OpenEnvironment): Promise<Newest> {
  try {
    const newest = await unfinishedOrUnreadable(store, name);
    if (newest === undefined || 'progress' in newest) return { unfinished: newest, unread: false };
    warn(`the newest run, ${newest.run}, can't be read: ${newest.error.message}`);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    warn(`no run can be read: ${error.message}`);
  }
  warn('going by what the balancer says; what else that run had begun is not undone');
  return { unfinished: undefined, unread: true };
}

/** Where the store has lost them, Pulumi's state may still know where the balancer is. */
async function outputsForBack(environment: OpenEnvironment): Promise<EnvironmentOutputs> {
  try {
    return await environment.outputs();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    warn(`${error.message}; asking Pulumi where the balancer is`);
    return environment.refreshOutputs();
  }
}

interface Back {
  readonly environment: OpenEnvironment;
  readonly outputs: EnvironmentOutputs;
  readonly platform: Platform;
  readonly options: RollbackOptions;
  readonly unread: boolean;
  /** Where the version stands that was asked for. */
  readonly beside?: Colour;
}

async function backTo({ environment, outputs, platform, options, unread, beside }: Back): Promise<ExitCode> {
  const run = newRunId(environment.name, environment.clock.now());
  const request = { run, because: options.because };
  const plan = async (): Promise<Plan> => {
    const facts = await gatherFacts(environment, platform, outputs, request);
    const { store, quarantine, name } = environment;
    const place = { store, quarantine, environment: name, platform };
    const way = await findWayBack(place, facts, options.slot);
    const { to, unproven } = way;
    const assumed =
      way.assumed ?? (unread ? `no run can be read that says so, but ${to} is the slot without traffic` : undefined);
    if (beside !== undefined && beside !== to) {
      throw new RefusedError(`${options.to} stands in ${beside}, and ${assumed ?? `${to} is where a rollback goes`}`, {
        hint: `'crossfade rollback ${name} --slot ${beside}' gives it the traffic all the same`,
      });
    }
    if (assumed === undefined) return planRollback({ ...facts, to, unproven });
    warn(assumed);
    return planRollback({ ...facts, to, unproven, because: `${facts.because} (${assumed})` });
  };
  if (options.dryRun) return dryRun(await plan(), options.json);
  const exitCode = await perform({
    environment,
    platform,
    json: options.json,
    exitOf: exitOfBack,
    conducting: { run, plan, preempt: true },
    unrecorded: async () => progressOf([unrecordedBeginning(await plan(), environment)]),
  });
  await putBackAfterRollback(environment, `rolled back by run ${run}`);
  return exitCode;
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

function unrecordedBeginning(plan: Plan, { clock, by }: OpenEnvironment) {
  const hash = `sha256:${'0'.repeat(64)}`;
  const at = clock.now().toISOString();
  const body = { kind: 'planned', plan, hash } as const;
  return { format: 1, run: plan.run, sequence: 0, at, token: 0, by, previous: hash, body } as const;
}
