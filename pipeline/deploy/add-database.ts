import { addBackup } from '../add-backup.js';
import type { StepList } from '../step-list.js';
import { comparesWithBefore } from '../verifications/verify.js';
import { contractingOf } from './contracting-of.js';
import type { DeployFacts } from './deploy-facts.js';
import { migrates } from './migrates.js';
import { rehearsalMode, rehearsesReleases } from './rehearsal-mode.js';

/** A backup that is tried, a rehearsal, the migrations, and what a release asks of the data after them. */
export function addDatabase(list: StepList, facts: DeployFacts): void {
  const { release } = facts;
  addBackup(list, facts);
  addRehearsal(list, facts);
  const compared = release.verifications.some(comparesWithBefore);
  if (compared) list.add({ id: 'capture', use: 'capture', title: 'keep what is compared after the migrations' });
  addMigrate(list, facts);
  if (release.verifications.length > 0) {
    list.add({
      id: 'verifications',
      use: 'verifications',
      title: "ask the release's verification queries",
      arguments: compared ? { before: 'capture' } : {},
    });
  }
}

/** Where the rules want it in the deploy; a gate asks for one that was made ahead. */
function addRehearsal(list: StepList, facts: DeployFacts): void {
  const { outputs, release, rules, run, rehearsalWaived } = facts;
  if (rehearsalMode(facts) !== 'deploy' || !migrates(release)) return;
  const { hold, contracting, contractBecause } = contractingOf(facts);
  list.add({
    id: 'rehearse',
    use: 'rehearse',
    kind: 'change',
    title: `rehearse the migrations on a copy${rehearsesReleases(outputs) ? ', with both releases' : ''}`,
    arguments: {
      backup: `before-${run}`,
      acceptForMilliseconds: rules.database.rehearsalFor,
      blockAtMostMilliseconds: rules.migrations.stopAfter,
      hold: hold.map(({ id }) => id),
      contracting,
      ...(contractBecause === undefined ? {} : { contractBecause }),
      ...(rehearsalWaived === undefined ? {} : { waived: { ...rehearsalWaived } }),
    },
  });
}

function addMigrate(list: StepList, facts: DeployFacts): void {
  const { release, rules } = facts;
  const { hold, contracting, contractBecause } = contractingOf(facts);
  const waiting = hold.map(({ id, until }) => `${id} waits until ${until}`);
  list.add({
    id: 'migrate',
    use: 'migrate',
    kind: 'one-way',
    title: [`apply ${release.migrations.length - hold.length} migrations`, ...waiting].join('; '),
    oneWayBecause: 'an expanded schema serves both slots and stays when traffic goes back',
    arguments: {
      blockAtMostMilliseconds: rules.migrations.stopAfter,
      ...(hold.length === 0 ? {} : { hold: hold.map((held) => ({ ...held })) }),
      ...(contracting.length === 0 ? {} : { contracting }),
      ...(contractBecause === undefined ? {} : { contractBecause }),
    },
  });
}
