import { Option, type Command } from '@commander-js/extra-typings';

const json = ['--json', 'one JSON document', false] as const;
const policyPack = ['--policy-pack <folder>', 'a CrossGuard policy pack that has its say, such as ./policy'] as const;

/** Commands about what exists: previewed, reviewed, applied. */
export function registerInfrastructure(program: Command): void {
  program
    .command('preview')
    .argument('[environment]', 'may be left out where there is one only')
    .summary('what an up would do to what stands, danger first')
    .description(
      'Runs pulumi preview for the stack of the environment and those of its standing slots, and says of each change ' +
        'whether it loses data, moves traffic, lets more in, allows more, interrupts, or costs. Changes nothing. ' +
        'Ends with 3 when something dangerous or unknown is allowed by no exception.',
    )
    .addOption(
      new Option('--slot <colour>', "one slot's stack only").choices(['blue', 'green'] as const).conflicts('all'),
    )
    .option('--all', 'the environment and its standing slots, which is the default', false)
    .addOption(
      new Option('--refresh', 'look at the world first: shows drift, which no saved preview holds')
        .default(false)
        .conflicts('save'),
    )
    .option('--save <file>', "write what is changed, for 'crossfade up --reviewed' and 'crossfade exception sign'")
    .option('--markdown', "for a pull request's comment", false)
    .option(...policyPack)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade preview production --save reviewed.json\n')
    .action(async (environment, { slot, refresh, markdown, save, policyPack: pack, json: asJson }) => {
      const { preview } = await import('./commands/preview.js');
      process.exitCode = await preview(environment, { slot, refresh, markdown, save, policyPack: pack, json: asJson });
    });
  program
    .command('up')
    .argument('[environment]')
    .summary('make the environment what its program says, as it was reviewed')
    .description(
      'Previews again while it holds the lease, refuses what is not what was reviewed, then runs pulumi up and keeps ' +
        'the outputs. Without --reviewed only changes that are known to be harmless are made. Moves no traffic.',
    )
    .option('--reviewed <file-or-hash>', "of 'crossfade preview --save', or the hash that a preview printed")
    .option(...policyPack)
    .option('--dry-run', 'show the preview and stop', false)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade up production --reviewed reviewed.json\n')
    .action(async (environment, { reviewed, policyPack: pack, dryRun, json: asJson }) => {
      const { up } = await import('./commands/up.js');
      process.exitCode = await up(environment, { reviewed, policyPack: pack, dryRun, json: asJson });
    });
  registerException(program);
}

function registerException(program: Command): void {
  program
    .command('exception')
    .summary('allow a dangerous change, signed')
    .command('sign')
    .argument('[environment]')
    .summary('allow one change of a saved preview, for a time')
    .description(
      'Writes a file into exceptions/, to be committed. It holds for exactly that change: other values need another.',
    )
    .requiredOption('--preview <file>', "of 'crossfade preview --save'")
    .requiredOption('--resource <urn-or-name>', 'whose change is allowed')
    .requiredOption('--because <reason>', 'that a stranger would accept')
    .requiredOption('--approver <name>', 'as the configuration calls the key')
    .requiredOption('--key <file>', 'with the ed25519 private key, readable by its owner only')
    .option('--valid-for <time>', 'such as 3d, at most 30d', '3d')
    .option('--dry-run', 'show what would be written', false)
    .option(...json)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade exception sign production --preview reviewed.json --resource production-db \\\n' +
        '    --because "moves to encrypted storage, restored from a snapshot" --approver alice --key ~/alice.pem\n',
    )
    .action(async (environment, options) => {
      const { signException } = await import('./commands/exception-sign.js');
      process.exitCode = await signException(environment, options);
    });
}
