import type { StepList } from '../step-list.js';
import type { DeployFacts } from './deploy-facts.js';
import { migrates } from './migrates.js';
import { rehearsalMode, rehearsesReleases } from './rehearsal-mode.js';

/** What was proven before, and the review where there is something to review. */
export function addDatabaseGates(list: StepList, facts: DeployFacts): void {
  const { outputs, release, rules } = facts;
  const { restoreDrill } = rules.database;
  if (restoreDrill !== null) {
    list.gate({
      id: 'gate-restore-drill',
      use: 'restore-drill',
      title: 'a backup was restored, and found good, not too long ago',
      arguments: { withinMilliseconds: restoreDrill },
    });
  }
  if (!migrates(release)) return;
  if (rehearsalMode(facts) === 'ahead') {
    list.gate({
      id: 'gate-rehearsed',
      use: 'rehearsed',
      title: `the migrations were rehearsed on a copy${rehearsesReleases(outputs) ? ', with both releases' : ''}`,
      arguments: { acceptForMilliseconds: rules.database.rehearsalFor },
    });
  }
  const { longestBlock, ownCommand } = rules.migrations;
  list.gate({
    id: 'gate-migrations-reviewed',
    use: 'migrations-reviewed',
    title: 'the migrations are safe beside live traffic',
    arguments: { longestBlockMilliseconds: longestBlock, ownCommand },
  });
}
