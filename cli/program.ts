import { Command } from '@commander-js/extra-typings';
import { plainHelp } from './plain-help.js';
import { registerAlarms } from './register-alarms.js';
import { registerBackups } from './register-backups.js';
import { registerChecklist } from './register-checklist.js';
import { registerChecks } from './register-checks.js';
import { registerDrill } from './register-drill.js';
import { registerDuties } from './register-duties.js';
import { registerEvidence } from './register-evidence.js';
import { registerFlags } from './register-flags.js';
import { registerInfrastructure } from './register-infrastructure.js';
import { registerInit } from './register-init.js';
import { registerMaintenance } from './register-maintenance.js';
import { registerMessages } from './register-messages.js';
import { registerMigrations } from './register-migrations.js';
import { registerPeople } from './register-people.js';
import { registerReleases } from './register-releases.js';
import { registerRuns } from './register-runs.js';

/** Every command, in the order of help. */
const groups: readonly (readonly [heading: string, ...((program: Command) => void)[]])[] = [
  ['Look', registerChecks],
  ['Release, and go back', registerReleases, registerRuns, registerMaintenance],
  ['People', registerPeople, registerMessages, registerDuties, registerFlags, registerAlarms],
  ['Database', registerMigrations, registerDrill, registerBackups],
  ['Infrastructure', registerInit, registerInfrastructure],
  ['On record', registerChecklist, registerEvidence],
];

/** The command line. Every command loads its own code when it is called, so that help costs nothing. */
export function program(): Command {
  const crossfade = new Command('crossfade')
    .description(
      'Releases your checklist: puts a release into the idle slot, moves traffic to it, and can always go back.',
    )
    .addHelpText('after', help)
    .showHelpAfterError("('crossfade --help' lists the commands)")
    .configureHelp(plainHelp)
    .exitOverride();
  for (const [heading, ...registers] of groups) {
    crossfade.commandsGroup(`${heading}:`);
    for (const register of registers) register(crossfade);
  }
  return crossfade.commandsGroup('Help:').helpCommand('help [command]', 'what a command does');
}

const help = `
At 3 a.m.:
  crossfade status                 what is live, what is in flight, and the one command to type
  crossfade rollback               users' traffic back to the other slot, now

Exit codes:
  0 done   1 a bug   2 usage or configuration   3 refused before any change   4 rolled back
  5 ROLLBACK FAILED   6 somebody else has the lease   7 parked: waiting for time or a person
`;
