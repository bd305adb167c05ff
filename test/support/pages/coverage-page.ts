import { readCoverage, type Coverage } from './coverage.js';

type Item = Coverage['items'][number];

const words = { executed: 'executed', asked: 'asked', recorded: 'recorded', later: '**later**' } as const;

/** docs/coverage/002.md: which code carries which item of the checklist. */
export async function coveragePage(): Promise<string> {
  const { items, reasons } = await readCoverage();
  const count = (how: Item['how']): number => items.filter((item) => item.how === how).length;
  return `# Checklist 002: who carries what

Made by \`npm run docs\` from [002.yaml](002.yaml), which is where to edit it; a test compares, and checks that every file
and name exists. The checklist is that of a team on AWS (ECS behind a load balancer, PostgreSQL on RDS, Secrets Manager,
CloudWatch, PagerDuty). Its items are told in our words.

- **executed**: code does it, or refuses to go on without it, and tests show that. What of AWS was only seen on stand-ins,
  the [README](../../README.md) says.
- **asked**: of a person, by something that waits for the answer.
- **recorded**: kept where it can be read afterwards.
- **later**: nothing carries it yet. Files named there are the part that exists.

Of ${items.length} items ${count('executed')} are executed, ${count('asked')} asked, ${count('recorded')} recorded, and ${count('later')} come later.

| item | | | by | |
|---|---|---|---|---|
${items.map((item) => row(item, reasons)).join('\n')}
`;
}

function row({ id, item, how, by, because, note }: Item, reasons: Coverage['reasons']): string {
  const files = by.map((place) => {
    const [file = '', name] = place.split('#');
    return `[${name ?? file.replace(/.*\//, '')}](../../${file})`;
  });
  const why = because === undefined ? note : [reasons[because], note].filter(Boolean).join('; ');
  return `| 002-${id} | ${item} | ${words[how]} | ${files.join(', ')} | ${why ?? ''} |`;
}
