import { Option, type Command } from '@commander-js/extra-typings';

/** The command that begins a project. */
export function registerInit(program: Command): void {
  program
    .command('init')
    .summary('make this folder a project of environments')
    .description(
      'Writes package.json, Pulumi.yaml, tsconfig.json, index.ts, stack files and .gitignore. Overwrites nothing: it adds ' +
        'to package.json and .gitignore, and refuses when another file is there and differs. The same again changes nothing.',
    )
    .addOption(
      new Option('--platform <platform>', 'aws: also a staging and a production environment')
        .choices(['local', 'aws'] as const)
        .default('local' as const),
    )
    .option('--product <name>', "instead of package.json's name, or the folder's")
    .option('--dry-run', 'say what would be written and stop', false)
    .option('--json', 'one JSON document', false)
    .addHelpText('after', '\nExample:\n  crossfade init --product shop\n')
    .action(async ({ product, ...options }) => {
      const { init } = await import('./commands/init.js');
      process.exitCode = await init({ ...options, product });
    });
}
