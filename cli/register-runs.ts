import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import type { Colour } from '../contract/colour.js';
import { ConfigurationError, type ExitCode } from '../contract/errors.js';
import { lastOf } from './last-of.js';

const because = ['--because <reason>', 'why, for the journal', 'asked for on the command line'] as const;
const json = ['--json', 'one JSON line an event, as journalled', false] as const;
const wait = ['--wait <duration>', 'for people who have to decide, such as 2h; the run parks then'] as const;
const dryRun = ['--dry-run', 'show the plan and stop', false] as const;

/** Commands that execute runs. */
export function registerRuns(program: Command): void {
  program
    .command('deploy')
    .argument('<words...>', '[environment] version')
    .summary('put a release into the idle slot and move traffic to it')
    .description(
      'Backs up, migrates, provisions the idle slot, checks it, then moves traffic share by share. Goes back by itself.',
    )
    .option(...because)
    .option(
      '--waive <gate=reason>',
      'let a gate pass, on record; repeatable',
      collectWaiver,
      [] as { gate: string; because: string }[],
    )
    .option('--key <file>', 'of the approver who waives, where the environment lists approvers')
    .option('--downgrade', 'an earlier version than the live one is meant', false)
    .option(
      '--hotfix <reason>',
      'the fast lane: one approval, tried in staging, a shorter bake; the rest is made up for',
    )
    .option(...wait)
    .option(...dryRun)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade deploy production 2.4.0 --because "monthly release"\n')
    .action(async (words, { waive, ...options }) => {
      const [environment, version] = lastOf(words, 'version');
      const { deploy } = await import('./commands/deploy.js');
      done(await deploy(environment, version, { ...options, waivers: waive, wait: options.wait }));
    });
  program
    .command('plan')
    .argument('<words...>', '[environment] version')
    .summary('show what a deploy would do')
    .description(
      "Changes nothing. The steps in their order, which of them can't be put back and why, and the plan's hash.",
    )
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade plan production 2.4.0\n')
    .action(async (words, options) => {
      const [environment, version] = lastOf(words, 'version');
      const { deploy } = await import('./commands/deploy.js');
      done(await deploy(environment, version, { ...options, because: '', downgrade: true, dryRun: true, waivers: [] }));
    });
  program
    .command('rollback')
    .argument('[environment]')
    .summary("users' traffic back to the other slot, now")
    .description(
      'Traffic first, in one call to the balancer. Needs no Pulumi and waits for no deploy: a run in flight is turned.',
    )
    .option(
      '--to <version>',
      'a stored release; one that stands in no slot is deployed, which takes as long as a deploy',
    )
    .addOption(
      new Option(
        '--slot <colour>',
        'the slot that gets all traffic, where the records tell nothing: you vouch for it',
      ).choices(['blue', 'green'] as const),
    )
    .option('--database', 'show what restoring the database would lose, and the ways on; changes nothing', false)
    .option('--restore <backup>', 'restore this backup into a database beside the one in use, and switch to it')
    .option('--lose <rows>', 'what that loses, typed as it was shown: "1234 rows"')
    .option(...because)
    .option(...dryRun)
    .option(...json)
    .addHelpText(
      'after',
      '\nExamples:\n  crossfade rollback production\n  crossfade rollback production --database\n' +
        '  crossfade rollback production --database --restore before-production-… --lose "1234 rows"\n',
    )
    .action(async (environment, { to, slot, database, restore, lose, ...options }) => {
      if (database || restore !== undefined || lose !== undefined) {
        if (to !== undefined || slot !== undefined)
          throw new ConfigurationError('--database goes with neither --to nor --slot');
        const { rollbackDatabase } = await import('./commands/rollback-database.js');
        done(await rollbackDatabase(environment, { ...options, restore, lose }));
        return;
      }
      const { rollback } = await import('./commands/rollback.js');
      done(await rollback(environment, { ...options, to, slot }));
    });
  program
    .command('resume')
    .argument('[environment]')
    .summary('go on with a run that was interrupted, held or killed')
    .description(
      'Reads its journal, looks at the world, does nothing twice, and ends it: forward, or back where it had turned.',
    )
    .option(...wait)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade resume production\n')
    .action(async (environment, { wait, json }) => {
      const { resume } = await import('./commands/resume.js');
      done(await resume(environment, { json, wait }));
    });
  program
    .command('abort')
    .argument('[environment]')
    .summary('undo a run that is not finished')
    .description('Traffic first, then everything else of it that can be put back, newest first.')
    .option('--keep-weights', 'adopt the weights that somebody else has set', false)
    .option(...because)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade abort production --because "the wrong version"\n')
    .action(async (environment, options) => {
      const { abort } = await import('./commands/resume.js');
      done(await abort(environment, options));
    });
  registerSlot(program);
}

function registerSlot(program: Command): void {
  const slot = program.command('slot').summary('destroy the idle slot, or make it again');
  for (const verb of ['create', 'destroy'] as const) {
    slot
      .command(verb)
      .argument('<words...>', '[environment] blue|green')
      .summary(
        verb === 'create' ? 'make an idle slot again as its last run left it' : 'destroy a slot that has no traffic',
      )
      .description(
        verb === 'create'
          ? 'From the store, and without traffic.'
          : 'Refused while it has weight, or requests in flight. Migrations that waited for it to go are applied.',
      )
      .option(...because)
      .option(...dryRun)
      .option(...json)
      .addHelpText('after', `\nExample:\n  crossfade slot ${verb} production blue\n`)
      .action(async (words, options) => {
        const [environment, colour] = lastOf(words, 'colour');
        const { changeSlot } = await import('./commands/slot.js');
        done(await changeSlot(verb, environment, readColour(colour), options));
      });
  }
}

function readColour(text: string): Colour {
  if (text === 'blue' || text === 'green') return text;
  throw new ConfigurationError(`expected blue or green, found ${text}`);
}

function collectWaiver(text: string, before: { gate: string; because: string }[]): { gate: string; because: string }[] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('expected gate=reason');
  return [...before, { gate: text.slice(0, at), because: text.slice(at + 1) }];
}

function done(exitCode: ExitCode): void {
  process.exitCode = exitCode;
}
