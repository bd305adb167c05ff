import { Option, type Command } from '@commander-js/extra-typings';

const formats = ['sql', 'prisma', 'alembic', 'django', 'rails', 'node', 'flyway'] as const;

/** Commands about migrations. */
export function registerMigrations(program: Command): void {
  program
    .command('migrations')
    .summary('review SQL before it runs')
    .command('lint')
    .argument('[files...]', 'SQL files, folders of them, or - for what is piped in')
    .summary('say what each statement locks, breaks and costs, and what to write instead')
    .description(
      "Reads SQL with PostgreSQL's own grammar and touches nothing. With --environment or --database-url-from it also asks " +
        'a database how large and how busy the tables are. Ends with 3 when a deploy would be refused, or nobody can tell.',
    )
    .option('--release <version>', 'the migrations of a stored release instead of files')
    .option('--environment <name>', 'its rules, and the sizes of its database')
    .option('--database-url-from <variable>', 'sizes of the database whose URL this environment variable holds')
    .addOption(
      new Option('--format <format>', "what runs the files; told from each file when left out. sql is Crossfade's own")
        .choices(formats)
        .conflicts('release'),
    )
    .option('--json', 'one JSON document', false)
    .addOption(new Option('--markdown', 'a comment for a pull request').default(false).conflicts('json'))
    .addHelpText(
      'after',
      `
Examples:
  crossfade migrations lint sql
  crossfade migrations lint --release 2.4.0 --environment production
  alembic upgrade head --sql | crossfade migrations lint - --markdown
`,
    )
    .action(async (files, { release, environment, databaseUrlFrom, format, ...options }) => {
      const { migrationsLint } = await import('./commands/migrations-lint.js');
      process.exitCode = await migrationsLint(files, { ...options, release, environment, databaseUrlFrom, format });
    });
}
