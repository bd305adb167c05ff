import { InvalidArgumentError, type Command } from '@commander-js/extra-typings';

const json = ['--json', 'one JSON document', false] as const;

/** Commands that only look. */
export function registerChecks(program: Command): void {
  program
    .command('status')
    .argument('[environment]', 'may be left out where there is one only')
    .summary('what is live, what is in flight, and the one command to type')
    .description(
      'Reads the store and the balancer, never Pulumi, and answers within five seconds also when the balancer is down.',
    )
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade status production\n')
    .action(async (environment, options) => {
      const { status } = await import('./commands/status.js');
      process.exitCode = await status(environment, options);
    });
  program
    .command('history')
    .argument('[environment]')
    .summary('the newest runs and how they ended')
    .option('--limit <number>', 'how many', readLimit, 20)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade history production --limit 50\n')
    .action(async (environment, options) => {
      const { history } = await import('./commands/history.js');
      process.exitCode = await history(environment, options);
    });
  program
    .command('report')
    .argument('[run]', 'the newest when left out')
    .option('--environment <name>', "where a run's name does not tell")
    .option('--output <file>', 'instead of crossfade-report-RUN.html here')
    .summary('write a run as one HTML page, and print where it lies')
    .addHelpText('after', '\nExample:\n  crossfade report --environment production\n')
    .action(async (run, { environment, output }) => {
      const { report } = await import('./commands/report.js');
      process.exitCode = await report(run, { environment, output });
    });
  program
    .command('audit')
    .summary('prove that journals are as they were written')
    .command('verify')
    .argument('[run]', 'all runs of the environment when left out')
    .option('--environment <name>', "where a run's name does not tell")
    .option('--anchor <sequence:hash>', 'where the journal ended, as noted outside of the store')
    .option(...json)
    .summary('check hashes, gaps and tails; points at what was altered')
    .addHelpText('after', '\nExample:\n  crossfade audit verify --environment production\n')
    .action(async (run, { environment, anchor, ...options }) => {
      const { auditVerify } = await import('./commands/audit-verify.js');
      process.exitCode = await auditVerify(run, { environment, anchor, ...options });
    });
  program
    .command('env')
    .argument('[environment]')
    .summary('exports for plain pulumi in this environment')
    .option(...json)
    .addHelpText('after', '\nExample:\n  eval "$(crossfade env local)" && pulumi preview --stack local\n')
    .action(async (environment, options) => {
      const { env } = await import('./commands/env.js');
      process.exitCode = await env(environment, options);
    });
  program
    .command('doctor')
    .argument('[environment]')
    .summary('check tools, configuration, store and balancer; say how to mend what is wrong')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade doctor local\n')
    .action(async (environment, options) => {
      const { doctor } = await import('./commands/doctor.js');
      process.exitCode = await doctor(environment, options);
    });
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0 && limit <= 10_000) return limit;
  throw new InvalidArgumentError('expected a number from 1 to 10000');
}
