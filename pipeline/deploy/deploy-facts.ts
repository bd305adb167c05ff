import type { PlannedChecklist } from '../../contract/checklist.js';
import type { Colour } from '../../contract/colour.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import type { Release } from '../../contract/release.js';
import type { Rules } from '../../contract/rules.js';
import type { Settings } from '../../contract/settings.js';
import type { BackupFacts } from '../add-backup.js';
import type { Contraction } from '../contractions.js';
import type { FlagsBefore } from '../flag-steps.js';
import type { HotfixFacts } from '../hotfix.js';
import type { Holders } from '../people/people-of-items.js';
import type { SlotState } from '../ports/slots.js';
import type { Reading } from '../ports/traffic.js';

/** All that a deploy is computed from; reading the world is the caller's. */
export interface DeployFacts extends BackupFacts {
  readonly environment: string;
  readonly outputs: EnvironmentOutputs;
  readonly rules: Rules;
  readonly affinity: 'none' | 'cohort';
  readonly release: Release;
  readonly settings: Settings;
  readonly reading: Reading;
  readonly slots: Readonly<Record<Colour, SlotState>>;
  /** Migrations that remove what an earlier release may use; left out: those that declare it. */
  readonly contractions?: readonly Contraction[];
  /** Why the migrations need not be rehearsed this time, and who says so. */
  readonly rehearsalWaived?: { readonly because: string; readonly by: string };
  /** Left out: nothing of a team's own is asked. */
  readonly checklist?: PlannedChecklist;
  /** Percent of users for whom the checklist's flags are on by now; a flag that is left out is off. */
  readonly flags?: FlagsBefore;
  /** Releases are tried here first. */
  readonly staging?: boolean;
  /** Left out: the usual lane. */
  readonly hotfix?: HotfixFacts;
  /** Left out: those whom the checklist names. */
  readonly holders?: Holders;
  /** Of the platform's abilities; left out: it can't. */
  readonly scales?: boolean;
  readonly requestedBy: string;
  readonly because: string;
  readonly now: Date;
}
