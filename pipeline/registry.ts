import { z } from 'zod';
import type { PlannedStep } from '../contract/plan.js';
import { parse } from '../contract/parse.js';
import { checkItem } from './gates/check-item.js';
import { credentialsLast } from './gates/credentials-last.js';
import { migrationsReviewed } from './gates/migrations-reviewed.js';
import { peopleDecided } from './gates/people-decided.js';
import { rehearsed } from './gates/rehearsed.js';
import { restoreDrill } from './gates/restore-drill.js';
import * as environmentGates from './gates/environment-gates.js';
import * as releaseGates from './gates/release-gates.js';
import { awaitPeopleArguments } from './steps/await-people-arguments.js';
import { awaitPeople } from './steps/await-people.js';
import { handOver, handOverArguments, stopBackground } from './steps/background.js';
import { lookAtItem, itemArguments } from './steps/check-item.js';
import { converge, convergeArguments } from './steps/converge.js';
import * as database from './steps/database.js';
import { judgeArguments } from './steps/judge-arguments.js';
import { judge } from './steps/judge.js';
import * as maintenance from './steps/maintenance.js';
import { rehearse, rehearseArguments } from './steps/rehearse.js';
import { closeArguments, closeRoutes, openArguments, openRoutes } from './steps/routes.js';
import { quarantine, quarantineArguments } from './steps/quarantine.js';
import * as restore from './steps/restore.js';
import { shift, shiftArguments } from './steps/shift.js';
import { shiftFlag, shiftFlagArguments } from './steps/shift-flag.js';
import * as slot from './steps/slot.js';
import { smoke, smokeArguments } from './steps/smoke.js';
import type { Gate, Step } from './step.js';

const nothing = z.strictObject({});

/** Everything a plan can name. A plan of a later version that names more is refused, not guessed at. */
const steps: Readonly<Record<string, (planned: PlannedStep) => Step>> = {
  'back-up': known(database.backupArguments, database.backUp),
  'verify-backup': known(database.backupArguments, database.verifyBackup),
  rehearse: known(rehearseArguments, rehearse),
  capture: known(nothing, database.capture),
  migrate: known(database.migrateArguments, database.migrate),
  contract: known(database.contractArguments, database.contract),
  verifications: known(database.verificationsArguments, database.verifications),
  provision: known(nothing, slot.provision),
  'let-shrink': known(nothing, slot.letShrink),
  'destroy-slot': known(nothing, slot.destroySlot),
  'assert-outcome': known(nothing, slot.assertOutcome),
  'warm-up': known(nothing, slot.warmUp),
  smoke: known(smokeArguments, smoke),
  'check-item': known(itemArguments, lookAtItem),
  shift: known(shiftArguments, shift),
  'shift-flag': known(shiftFlagArguments, shiftFlag),
  converge: known(convergeArguments, converge),
  judge: known(judgeArguments, judge),
  'await-people': known(awaitPeopleArguments, awaitPeople),
  'open-routes': known(openArguments, openRoutes),
  'close-routes': known(closeArguments, closeRoutes),
  quarantine: known(quarantineArguments, quarantine),
  'hand-over': known(handOverArguments, handOver),
  'stop-background': known(handOverArguments, stopBackground),
  'maintenance-on': known(maintenance.maintenanceArguments, maintenance.maintenanceOn),
  'maintenance-off': known(maintenance.maintenanceOffArguments, maintenance.maintenanceOff),
  'final-mark': known(restore.finalMarkArguments, restore.finalMark),
  'restore-beside': known(restore.restoreArguments, restore.restoreBeside),
  'verify-restored': known(restore.restoreArguments, restore.verifyRestored),
  'switch-database': known(restore.switchArguments, restore.switchDatabase),
  'restart-slots': known(restore.restartArguments, restore.restartSlots),
};

const gates: Readonly<Record<string, Gate>> = {
  'environment-reachable': environmentGates.environmentReachable,
  'weights-as-planned': environmentGates.weightsAsPlanned,
  'target-idle': environmentGates.targetIdle,
  'target-without-traffic': environmentGates.targetWithoutTraffic,
  'way-back': environmentGates.wayBack,
  'database-reachable': environmentGates.databaseReachable,
  'credentials-last': credentialsLast,
  'artifacts-present': releaseGates.artifactsPresent,
  'settings-present': releaseGates.settingsPresent,
  'not-quarantined': releaseGates.notQuarantined,
  'release-fits': releaseGates.releaseFits,
  'schema-serves-release': releaseGates.schemaServesRelease,
  'migrations-reviewed': migrationsReviewed,
  'restore-drill': restoreDrill,
  rehearsed,
  'check-item': checkItem,
  approved: peopleDecided,
  signed: peopleDecided,
};

/** Rebuilds a step from the recorded plan, never from today's configuration. */
export function stepOf(planned: PlannedStep): Step {
  const make = steps[planned.use];
  if (!make) throw new Error(`this version of crossfade has no step '${planned.use}' (${planned.id})`);
  return make(planned);
}

export function gateOf(planned: PlannedStep): Gate {
  const gate = gates[planned.use];
  if (!gate) throw new Error(`this version of crossfade has no gate '${planned.use}' (${planned.id})`);
  return gate;
}

function known<Schema extends z.ZodType>(schema: Schema, make: (options: z.output<Schema>) => Step) {
  return (planned: PlannedStep) => make(parse(schema, planned.arguments, `step ${planned.id}`));
}
