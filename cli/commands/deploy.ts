import { ConfigurationError, RefusedError, exitCodes, type ExitCode } from '../../contract/errors.js';
import type { Plan } from '../../contract/plan.js';
import type { Release } from '../../contract/release.js';
import type { SlotInput } from '../../contract/slot-input.js';
import { readLease } from '../../journal/lease.js';
import { processLiveness } from '../../journal/process-identity.js';
import { readRelease } from '../../journal/releases.js';
import { newRunId } from '../../journal/run-id.js';
import { liveColour } from '../../pipeline/live-colour.js';
import type { HotfixFacts } from '../../pipeline/hotfix.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { impossibleAskings } from '../../pipeline/people/impossible.js';
import type { Waiver } from '../../pipeline/session.js';
import { checklistOf } from '../checklist/checklist-of.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { listedIn } from '../people/listed-in.js';
import { vouchedWaivers } from '../people/vouched-waivers.js';
import { planLines } from '../print/plan-lines.js';
import { readDurationOption } from '../read-duration-option.js';
import { gatherFacts, settingsOfEnvironment } from '../run/gather-facts.js';
import { exitOfForward } from '../run/outcome-exit.js';
import { perform } from '../run/perform.js';
import { planRelease } from '../run/plan-release.js';
import { refuseOlder } from '../run/refuse-older.js';
import { stagedIn } from '../run/staged-in.js';
import { unfinishedRun } from '../run/unfinished-run.js';

export interface DeployOptions {
  readonly because: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  /** Going to an earlier version is meant. */
  readonly downgrade: boolean;
  /** False: nothing of the team's own checklist is asked. */
  readonly checklist?: false;
  readonly waivers: readonly Omit<Waiver, 'by'>[];
  /** Key file of whoever waives. */
  readonly key?: string | undefined;
  /** Why it can't wait for everybody; undefined: the usual lane. */
  readonly hotfix?: string | undefined;
  /** How long people are waited for, such as 2h; the run parks then. */
  readonly wait?: string | undefined;
}

/** Puts a release into the idle slot and moves the traffic to it, or back. */
export async function deploy(name: string | undefined, version: string, options: DeployOptions): Promise<ExitCode> {
  const waitForPeople = readDurationOption('--wait', options.wait) ?? 0;
  const environment = await openEnvironment(name);
  const release = await readRelease(environment.store, version);
  await refuseUnfinished(environment);
  const outputs = await environment.refreshOutputs();
  const platform = await environment.platform(outputs);
  const live = await liveInput(environment, platform);
  if (await isSame(environment, platform, live, release)) return alreadyLive(environment, release, options.json);
  if (!options.downgrade && !options.dryRun) refuseOlder(live?.release.version, version);
  const checklist = options.checklist === false ? undefined : await checklistOf(environment);
  const hotfix = await hotfixOf(environment, options.hotfix, release);
  const run = newRunId(environment.name, environment.clock.now());
  const vouched = await vouchedWaivers(options.waivers, environment, options.key);
  const unrehearsed = options.waivers.find(({ gate }) => gate === 'rehearse');
  const rehearsalWaived = unrehearsed && { because: unrehearsed.because, by: environment.by };
  // Signed for the plan, so that a waiver is for no other run.
  const waivers: Waiver[] = [];
  const plan = async (): Promise<Plan> => {
    await refuseUnfinished(environment);
    const because = options.hotfix ?? options.because;
    const request = { run, because, release, checklist, hotfix, rehearsalWaived };
    const made = possible(await planRelease(environment, platform, outputs, request), environment);
    waivers.push(...vouched.sign(made, environment.clock.now()));
    return made;
  };
  if (options.dryRun) return dryRun(await plan(), options.json);
  return perform({
    environment,
    platform,
    json: options.json,
    exitOf: exitOfForward,
    conducting: { run, plan, waivers, waitForPeople },
  });
}

/** Throws RefusedError while an earlier run still owns what happens next. */
export async function refuseUnfinished({ store, name }: Pick<OpenEnvironment, 'store' | 'name'>): Promise<void> {
  const unfinished = await unfinishedRun(store, name);
  if (!unfinished) return;
  const holder = (await readLease(store, name))?.lease.holder;
  if (holder?.run === unfinished.run && (await processLiveness(holder)) === 'alive') {
    throw new RefusedError(`run ${unfinished.run} of ${name} is not finished: ${holder.by} is at work on it`, {
      hint: `wait for its end; 'crossfade status ${name}' says where it is, 'crossfade rollback ${name}' turns it`,
    });
  }
  throw new RefusedError(`run ${unfinished.run} of ${name} is not finished`, {
    hint: `'crossfade resume ${name}' goes on with it, 'crossfade abort ${name}' undoes it`,
  });
}

/** Throws ConfigurationError where the environment has no fast lane, RefusedError for what was not tried in staging. */
async function hotfixOf(
  { configuration, name, folder }: OpenEnvironment,
  because: string | undefined,
  release: Release,
): Promise<HotfixFacts | undefined> {
  if (because === undefined) return undefined;
  if (because.trim() === '')
    throw new ConfigurationError('--hotfix needs a reason: it skips what others would have asked');
  const { hotfix } = configuration;
  if (hotfix?.staging === name)
    throw new ConfigurationError(`the hotfixes of ${name} can't be tried in ${name} itself`);
  if (hotfix === undefined) {
    throw new ConfigurationError(`${name} has no lane for hotfixes`, {
      hint: `hotfix: { approvedBy: ROLE, staging: ENVIRONMENT } in Pulumi.${name}.yaml makes one`,
    });
  }
  return { ...hotfix, because, staged: await stagedIn(hotfix.staging, folder, release) };
}

/** Throws ConfigurationError where it asks of people what nobody could ever answer. */
function possible(plan: Plan, { configuration }: OpenEnvironment): Plan {
  const says = impossibleAskings(plan, listedIn(configuration));
  if (says.length === 0) return plan;
  throw new ConfigurationError(says.join('\n'), {
    hint: `roles stand in the checklist, and beside approvers in Pulumi.${plan.environment}.yaml`,
  });
}

async function liveInput(environment: OpenEnvironment, platform: Platform): Promise<SlotInput | undefined> {
  const facts = await gatherFacts(environment, platform, await environment.outputs(), { run: '', because: '' });
  const live = liveColour(facts.reading, facts.slots);
  return live === null ? undefined : facts.slots[live].input;
}

/** With other settings, a secret's newer version among them, the same version is another deploy. */
async function isSame(
  environment: OpenEnvironment,
  platform: Platform,
  live: SlotInput | undefined,
  release: Release,
): Promise<boolean> {
  if (live?.release.version !== release.version) return false;
  return live.settings.hash === (await settingsOfEnvironment(environment, platform)).hash;
}

function alreadyLive(environment: OpenEnvironment, release: Release, json: boolean): ExitCode {
  const said = { environment: environment.name, version: release.version, live: true };
  process.stdout.write(
    json
      ? `${JSON.stringify(said)}\n`
      : `${release.version} is live in ${environment.name} already, with these settings\n`,
  );
  return exitCodes.done;
}

export function dryRun(plan: Plan, json: boolean): ExitCode {
  process.stdout.write(json ? `${JSON.stringify(plan)}\n` : `${planLines(plan).join('\n')}\n`);
  return exitCodes.done;
}
