import { Option, type Command } from '@commander-js/extra-typings';
import { lastOf } from './last-of.js';

const json = ['--json', 'one JSON document', false] as const;
const file = ['<file>', 'a checklist in Markdown'] as const;

/** Commands about a team's checklist: all of them read, and only import and accept write the file they are told to. */
export function registerChecklist(program: Command): void {
  const checklist = program
    .command('checklist')
    .summary('read, check, plan and render a release checklist in Markdown');
  checklist
    .command('lint')
    .argument(...file)
    .summary('find contradictions and steps that can’t work')
    .description('Reads any Markdown, annotated or not. Exit code 3 when something is found.')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade checklist lint RELEASE.md\n')
    .action(async (path, options) => {
      const { lintChecklist } = await import('./commands/checklist-lint.js');
      process.exitCode = await lintChecklist(path, options);
    });
  checklist
    .command('plan')
    .argument(...file)
    .summary('what would be asked in which phase, and of whom')
    .option('--environment <name>', 'leave out what is for other environments')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade checklist plan RELEASE.md --environment production\n')
    .action(async (path, { environment, ...options }) => {
      const { planChecklistCommand } = await import('./commands/checklist-plan.js');
      process.exitCode = await planChecklistCommand(path, { environment, ...options });
    });
  registerAsk(checklist);
  checklist
    .command('coverage')
    .argument(...file)
    .summary('which lines are executable, signed off, or proven by nothing')
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade checklist coverage RELEASE.md\n')
    .action(async (path, options) => {
      const { checklistCoverage } = await import('./commands/checklist-coverage.js');
      process.exitCode = await checklistCoverage(path, options);
    });
  checklist
    .command('render')
    .argument(...file)
    .requiredOption('--run <run>', 'whose journal says what came of each item')
    .option('--environment <name>', "where a run's name does not tell")
    .option('--output <file>', 'instead of printing it')
    .summary('the same document with result, person, time and evidence beside each line')
    .description('No line is changed: what is added is marked, and can be taken off again byte for byte.')
    .addHelpText('after', '\nExample:\n  crossfade checklist render RELEASE.md --run RUN --output RELEASE.done.md\n')
    .action(async (path, { run, environment, output }) => {
      const { renderChecklist } = await import('./commands/checklist-render.js');
      process.exitCode = await renderChecklist(path, { run, environment, output });
    });
  registerImport(checklist);
}

function registerAsk(checklist: Command): void {
  checklist
    .command('ask')
    .argument('<words...>', '[environment] version')
    .option('--item <id...>', 'only these; all that can be asked when left out')
    .addOption(
      new Option('--slot <colour>', 'which slot is asked; else the one that a deploy would use').choices([
        'blue',
        'green',
      ]),
    )
    .summary('ask the items now, outside of a run')
    .description(
      'Whatever its moment, each item that a machine can answer is asked, also what comes after a promotion. Nothing is ' +
        'recorded and nothing moves. Exit code 3 when one is not a yes.',
    )
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade checklist ask staging 2.4.0 --item unit-tests changelog\n')
    .action(async (words, { item = [], slot, json: asJson }) => {
      const [environment, version] = lastOf(words, 'version');
      const { askChecklist } = await import('./commands/checklist-ask.js');
      process.exitCode = await askChecklist(environment, version, { items: item, slot, json: asJson });
    });
}

function registerImport(checklist: Command): void {
  checklist
    .command('import')
    .argument('<file>', 'a document as the team has it')
    .summary('write a first annotated version beside it; every mapping is proposed and inert')
    .description(
      'Keeps every line and adds comments that GitHub does not show. Nothing counts before a person has accepted it. ' +
        'Lists what it could not map, and the shares.',
    )
    .option('--output <file>', 'instead of FILE.crossfade.md')
    .option('--dry-run', 'list, and write nothing', false)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade checklist import docs/release.md --output RELEASE.md\n')
    .action(async (path, { output, ...options }) => {
      const { importChecklistCommand } = await import('./commands/checklist-import.js');
      process.exitCode = await importChecklistCommand(path, { output, ...options });
    });
  checklist
    .command('accept')
    .argument(...file)
    .argument('<ids...>', 'of proposals, as plan lists them')
    .summary('make proposals count; the same as writing a colon for their question mark')
    .option('--dry-run', 'check, and write nothing', false)
    .option(...json)
    .addHelpText('after', '\nExample:\n  crossfade checklist accept RELEASE.md error-rate unit-tests\n')
    .action(async (path, ids, options) => {
      const { acceptChecklist } = await import('./commands/checklist-accept.js');
      process.exitCode = await acceptChecklist(path, ids, options);
    });
}
