import { coverageRows, readDecisions, teams, type CoverageRow } from './coverage-rows.js';

/** docs/coverage.md: one row for each item of five teams' checklists. */
export async function requirementsPage(): Promise<string> {
  const rows = await coverageRows();
  const { steps } = await readDecisions();
  const count = (how: CoverageRow['how']): number => rows.filter((row) => row.how === how).length;
  return `# Coverage of the five checklists

Made by \`npm run docs\` from the checklists in [examples](../examples), from what the last play of each saw (\`seen.yaml\`
beside it, written by \`npm run examples -- --record\`), from [coverage.yaml](../examples/coverage.yaml) there, and for 002
from [002.yaml](coverage/002.yaml); a test compares, and checks that every test and file named exists. Items are told in
our words; where several are needed for one, the weakest counts.

- **executed**: of 000, 001, 003 and 004: a step of a run does it on the local platform, and was seen refusing too; or a
  gate asks it, and the team's play saw it answering yes in the good world and no in the bad one (with stand-ins for what
  is not on this machine; [a test](../test/examples/items.test.ts) asks the same gates with every change); or people were
  told, or a flag moved, in the releases that the row names, and not in the others. Of 002: code does it or refuses to go
  on without it, with tests; what of AWS was only seen on stand-ins, the [README](../README.md) says, and not every one was
  seen refusing.
- **asked**: of a person, by something that waits for the answer.
- **recorded**: kept where it can be read afterwards.
- **later**: nothing carries it whole yet, for the reason given. What an item asks may have changed since its last play:
  then it comes later until the next one.

Of ${rows.length} items ${count('executed')} are executed, ${count('asked')} asked, ${count('recorded')} recorded, and ${count('later')} come later.

## Seen doing and seen refusing

| step | done | refused |
| --- | --- | --- |
${Object.entries(steps)
  .map(([step, { does, refuses }]) => `| \`${step}\` | ${cell(does)} | ${cell(refuses)} |`)
  .join('\n')}
${Object.keys(teams)
  .flatMap((team) =>
    teamLines(
      team,
      rows.filter(({ id }) => id.startsWith(team)),
    ),
  )
  .join('\n')}
`;
}

function cell([file, title]: readonly [string, string]): string {
  return `[${title}](../${file})`;
}

function teamLines(team: string, rows: readonly CoverageRow[]): string[] {
  const [first] = rows;
  const file = first?.parts[0]?.item.place.file ?? '';
  const executed = rows.filter(({ how }) => how === 'executed').length;
  return [
    '',
    `## ${team}: [${file}](../${file})`,
    '',
    `${rows.length} items, ${executed} executed.`,
    '',
    '| item | asks | how | by, or why not |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ id, how, parts }) => {
      const titles = parts.map(({ item }) => `[${item.title}](../${file}#L${item.place.line})`);
      return `| ${id} | ${titles.join('; ')} | ${how} | ${[...new Set(parts.map(({ note }) => note))].join('; ')} |`;
    }),
  ];
}
