import { otherColour } from '../../contract/colour.js';
import type { ExitCode } from '../../contract/errors.js';
import { newRunId } from '../../journal/run-id.js';
import { Turn } from '../../pipeline/endings.js';
import { liveColour } from '../../pipeline/plan-deploy.js';
import { planRollback } from '../../pipeline/plan-rollback.js';
import { progressOf } from '../../pipeline/progress.js';
import type { Plan } from '../../contract/plan.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { gatherFacts, readWorld } from '../run/gather-facts.js';
import { goBack } from '../run/go-back.js';
import { exitOfBack } from '../run/outcome-exit.js';
import { perform } from '../run/perform.js';
import { unfinishedRun } from '../run/unfinished-run.js';
import { unprovenBecause } from '../run/unproven-because.js';
import { deploy, dryRun } from './deploy.js';

export interface RollbackOptions {
  readonly because: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly to: string | undefined;
}

/** Traffic first, needing neither Pulumi, nor the database, nor a journal that can be written. */
export async function rollback(name: string | undefined, options: RollbackOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const unfinished = await unfinishedRun(environment.store, environment.name);
  if (unfinished && !options.dryRun) {
    const turn = new Turn(`rollback asked for: ${options.because}`, environment.by, 'rollback');
    const ended = await goBack(environment, unfinished, turn, { json: options.json, keepWeights: false });
    if (options.to === undefined) return ended;
  }
  if (options.to !== undefined && !(await standsBeside(environment, options.to))) {
    process.stderr.write(
      `${options.to} does not stand in a slot: going there is a deploy, with all its steps and waits\n`,
    );
    return deploy(environment.name, options.to, { ...options, waivers: [] });
  }
  return backToTheOtherSlot(environment, options);
}

async function backToTheOtherSlot(environment: OpenEnvironment, options: RollbackOptions): Promise<ExitCode> {
  const outputs = await environment.outputs();
  const platform = await environment.platform(outputs);
  const run = newRunId(environment.name, environment.clock.now());
  const plan = async (): Promise<Plan> =>
    planBack(environment, await gatherFacts(environment, platform, outputs, { run, because: options.because }));
  if (options.dryRun) return dryRun(await plan(), options.json);
  return perform({
    environment,
    platform,
    json: options.json,
    exitOf: exitOfBack,
    conducting: { run, plan, preempt: true },
    unrecorded: async () => progressOf([unrecordedBeginning(await plan(), environment)]),
  });
}

type Facts = Awaited<ReturnType<typeof gatherFacts>>;

async function planBack({ store, name, quarantine }: OpenEnvironment, facts: Facts): Promise<Plan> {
  const live = liveColour(facts.reading, facts.slots);
  const target = live === null ? undefined : facts.slots[otherColour(live)];
  const unproven = target && (await unprovenBecause({ store, quarantine, environment: name }, target));
  return planRollback({ ...facts, unproven });
}

async function standsBeside(environment: OpenEnvironment, version: string): Promise<boolean> {
  const platform = await environment.platform(await environment.outputs());
  const { slots } = await readWorld(platform);
  return Object.values(slots).some((slot) => slot.standing && slot.input?.release.version === version);
}

function unrecordedBeginning(plan: Plan, { clock, by }: OpenEnvironment) {
  const hash = `sha256:${'0'.repeat(64)}`;
  const at = clock.now().toISOString();
  const body = { kind: 'planned', plan, hash } as const;
  return { format: 1, run: plan.run, sequence: 0, at, token: 0, by, previous: hash, body } as const;
}
