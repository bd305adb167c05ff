import type { PlannedChecklist } from '../../contract/checklist.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import type { Plan } from '../../contract/plan.js';
import type { Release } from '../../contract/release.js';
import { contractionsOf } from '../../pipeline/contractions.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import type { HotfixFacts } from '../../pipeline/hotfix.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { OpenEnvironment } from '../open-environment.js';
import { holdersIn } from '../people/listed-in.js';
import { flagsBefore } from '../flags/flags-of.js';
import { gatherFacts, settingsOfEnvironment } from './gather-facts.js';

/** For reading what each migration does. */
const lookWithin = 30_000;

/** What a deploy of this release would do, from the world as it is now. Throws RefusedError when none can begin. */
export async function planRelease(
  environment: OpenEnvironment,
  platform: Platform,
  outputs: EnvironmentOutputs,
  request: {
    readonly run: string;
    readonly because: string;
    readonly release: Release;
    readonly checklist: PlannedChecklist | undefined;
    readonly hotfix?: HotfixFacts | undefined;
    /** Why the migrations need not be rehearsed, and who says so. */
    readonly rehearsalWaived?: { readonly because: string; readonly by: string } | undefined;
  },
): Promise<Plan> {
  const { release, checklist, hotfix, rehearsalWaived, run, because } = request;
  const facts = await gatherFacts(environment, platform, outputs, { run, because });
  const contractions = await contractionsOf(release, platform.migrationReview, AbortSignal.timeout(lookWithin));
  const settings = await settingsOfEnvironment(environment, platform);
  const { staging } = environment.configuration;
  const holders = holdersIn(environment.configuration, environment.by);
  const flags = await flagsBefore(environment, checklist);
  const asks = {
    staging,
    flags,
    holders,
    ...(checklist ? { checklist } : {}),
    ...(hotfix ? { hotfix } : {}),
    ...(rehearsalWaived ? { rehearsalWaived } : {}),
  };
  return planDeploy({ ...facts, release, contractions, settings, ...asks });
}
