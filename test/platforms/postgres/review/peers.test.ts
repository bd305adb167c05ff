import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { reviewScripts } from '../../../../platforms/postgres/review/review-scripts.js';
import { peerRules, type PeerRule, type PeerShape } from './peer-rules.js';

const page = fileURLToPath(new URL('../../../../docs/migration-peers.md', import.meta.url));

/** Our codes for a statement, those only that answer their rule. */
async function answersOf(rule: PeerRule, { sql, runner }: PeerShape): Promise<string[]> {
  const home = rule.peer === 'Squawk' ? 'alembic' : 'rails';
  const [review] = await reviewScripts([{ id: 'a.sql', sql, phase: 'expand', runner: runner ?? home }]);
  if (!rule.ours.includes('syntax-error')) expect(review!.read, `${sql} is read`).to.equal(true);
  return [...new Set(review!.findings.map(({ code }) => code))].filter((code) => rule.ours.includes(code));
}

describe('the review beside Squawk and Strong Migrations', () => {
  const said = new Map<PeerShape, string[]>();

  for (const rule of peerRules) {
    it(`${rule.peer}: ${rule.rule}`, async () => {
      if (rule.ours.length === 0) expect(rule.difference, 'why it is not adopted').to.be.a('string');
      else expect(rule.shapes.some(({ theirs }) => theirs === 'bad')).to.equal(true);
      for (const shape of rule.shapes) {
        const codes = await answersOf(rule, shape);
        said.set(shape, codes);
        const agree = codes.length > 0 === (shape.theirs === 'bad');
        // A difference without a reason is a mistake; a reason without a difference is out of date.
        expect(agree, `${shape.sql} → ${codes.join() || 'nothing'}`).to.equal(shape.difference === undefined);
      }
    });
  }

  it('stands in docs/migration-peers.md as it is', async () => {
    const text = render(said);
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(page, text);
    expect(squeezed(await readFile(page, 'utf8'))).to.equal(squeezed(text));
  });
});

/** Whoever lines up the columns of a table changes nothing in it. */
function squeezed(text: string): string {
  return text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

function render(said: ReadonlyMap<PeerShape, readonly string[]>): string {
  const shapes = peerRules.flatMap((rule) => rule.shapes.map((shape) => ({ rule, shape })));
  const differing = shapes.filter(({ shape }) => shape.difference !== undefined);
  const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
  const rules = peerRules.map(({ peer, rule, ours, difference = '' }) => {
    const codes = ours.map((code) => `\`${code}\``).join(', ') || 'none';
    return `| ${peer} | ${cell(rule)} | ${codes} | ${cell(difference)} |`;
  });
  const rows = shapes.map(({ rule, shape }) => {
    const codes = (said.get(shape) ?? []).map((code) => `\`${code}\``).join(', ') || 'nothing';
    return `| ${cell(rule.rule)} | ${cell(shape.like)} | \`${cell(shape.sql)}\` | ${shape.theirs} | ${codes} | ${cell(shape.difference ?? '')} |`;
  });
  return `# The migration review beside Squawk and Strong Migrations

Written by \`UPDATE_DOCS=1 npx mocha test/platforms/postgres/review/peers.test.ts\`, which reviews every statement below. Each
has the shape of one or more of their examples, which the second column names; the words are our own. Compared with
[Squawk](https://github.com/sbdchd/squawk) at 5125ddf and [Strong Migrations](https://github.com/ankane/strong_migrations)
2.8.0: ${peerRules.length} rules, ${shapes.length} shapes of statements, ${shapes.length - differing.length} judged alike, ${differing.length} otherwise, each with its reason.

## Rules

| whose | rule | ours | difference |
| --- | --- | --- | --- |
${rules.join('\n')}

## Statements

| rule | their examples | statement | theirs | ours | difference |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
