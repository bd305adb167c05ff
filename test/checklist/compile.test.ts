import { expect } from 'chai';
import type { ChecklistItem } from '../../contract/checklist.js';
import { ConfigurationError } from '../../contract/errors.js';
import { compile, compiledOrRefused } from '../../checklist/compile.js';
import { openChecklist } from '../../checklist/open-checklist.js';
import { planChecklist } from '../../checklist/plan.js';
import { rejection } from '../support/rejection.js';

async function compiled(text: string): Promise<ChecklistItem[]> {
  return compiledOrRefused(await openChecklist('RELEASE.md', Buffer.from(text))).items;
}

async function problems(text: string): Promise<string[]> {
  const { problems: found } = compile(await openChecklist('RELEASE.md', Buffer.from(text)));
  return found.map(({ line, says }) => `${line}: ${says}`);
}

const whole = `# Release

<!-- crossfade:
roles:
  engineer: ['github:acme/engineers']
  lead: [ada, grace]
role: engineer
-->

## Before the release

- [ ] Unit tests pass <!-- crossfade: id: unit-tests, covers: [000-6, 000-7], command: {timeout: 10m} -->
  \`\`\`sh
  npm test
  \`\`\`
- [x] Reviewed by the lead <!-- crossfade: approval: {role: lead, count: 2} -->
- [ ] Release notes are written
- [ ] Orders are counted
  \`\`\`sql
  select count(*) from orders
  \`\`\`

## During

1. Shift traffic <!-- crossfade: step: shift, needs: unit-tests -->
2. Look around

| Metric     | Success |
| ---------- | ------- |
| Error rate | < 1 %   |

<!-- crossfade: id: errors, row: 1, metric: {name: error-rate, pass: below 1%, rollback: above 2%} -->

## After <!-- crossfade: due: 24h -->

- [ ] The status page answers
  <!-- crossfade: http: {ask: GET /status, status: [200, 204], within: below 500ms} -->
`;

describe('a compiled checklist', () => {
  it('has an item for every box and every annotation, with what proves it', async () => {
    const items = await compiled(whole);
    const said = items.map(({ id, check, role, moment, place, due }) => [
      id,
      check.kind,
      role,
      moment,
      place.line,
      due,
    ]);
    const day = 86_400_000;
    expect(said).to.deep.equal([
      ['unit-tests', 'command', 'engineer', 'before', 12, undefined],
      ['reviewed-by-the-lead', 'approval', 'engineer', 'before', 16, undefined],
      ['release-notes-are-written', 'sign-off', 'engineer', 'before', 17, undefined],
      ['orders-are-counted', 'sql', 'engineer', 'before', 18, undefined],
      ['shift-traffic', 'step', 'engineer', 'during', 25, undefined],
      ['errors', 'metric', 'engineer', 'during', 30, undefined],
      ['the-status-page-answers', 'http', 'engineer', 'after', 36, day],
    ]);
    expect(items[0]).to.deep.include({ covers: ['000-6', '000-7'], phase: ['Release', 'Before the release'] });
    expect(items[0]?.check).to.deep.equal({
      kind: 'command',
      script: 'npm test\n',
      shell: 'sh',
      exit: 0,
      timeout: 600_000,
    });
    expect(items[5]?.check).to.deep.include({
      pass: { comparison: 'below', value: 1, unit: 'percent' },
      rollback: { comparison: 'above', value: 2, unit: 'percent' },
    });
  });

  it('gives the same ids whatever the line endings, and plans parents first', async () => {
    const ids = (items: readonly ChecklistItem[]) => items.map(({ id }) => id);
    const windows = await compiled(`\uFEFF${whole.replaceAll('\n', '\r\n')}`);
    expect(ids(windows)).to.deep.equal(ids(await compiled(whole)));
    const phases = planChecklist(
      compiledOrRefused(await openChecklist('a.md', Buffer.from('- [ ] b <!-- crossfade: needs: a -->\n- [ ] a\n'))),
    );
    expect(phases.flatMap(({ items }) => ids(items))).to.deep.equal(['a', 'b']);
  });

  it('tells items of one text apart by the headings above', async () => {
    const items = await compiled('# R\n## Staging\n- [ ] Deploy\n## Production\n- [ ] Deploy\n- [ ] Watch\n');
    expect(items.map(({ id }) => id)).to.deep.equal(['staging/deploy', 'production/deploy', 'watch']);
  });

  it('keeps what is proposed inert, and says so', async () => {
    const [item] = await compiled(
      '- p95 < 500 ms <!-- crossfade? id: p95, metric: {name: latency, pass: below 500ms} -->\n',
    );
    expect(item).to.include({ id: 'p95', proposed: true });
  });

  it('counts nothing without an annotation where the document says so', async () => {
    const items = await compiled(
      '<!-- crossfade: counts: annotated -->\n\n- [ ] Drop it all\n  ```sh\n  rm -rf data\n  ```\n',
    );
    expect(items).to.deep.equal([]);
  });

  const wrong: readonly [what: string, text: string, says: RegExp][] = [
    ['an unknown key', '- [ ] a <!-- crossfade: ownr: me -->', /^1: .*expected no key 'ownr'/],
    [
      'a quota in milliseconds',
      '\n- [ ] a <!-- crossfade: http: {ask: GET /, values: {x-left: above 5ms}} -->',
      /^2: .*without a unit of its own/,
    ],
    ['an unknown key of a gate', '\n- [ ] a <!-- crossfade: http: {ask: GET /, stauts: 200} -->', /^2: .*'stauts'/],
    [
      'two items with one id',
      '- [ ] a <!-- crossfade: id: x -->\n- [ ] b <!-- crossfade: id: x -->',
      /^2: .*line 1 already/,
    ],
    ['two items of one text', '## A\n- [ ] a\n- [ ] a\n', /^2: 'a' stands twice/],
    [
      'items that need each other',
      '- [ ] a <!-- crossfade: id: a, needs: b -->\n- [ ] b <!-- crossfade: id: b, needs: a -->',
      /^1: these need each other: a \(line 1\) → b \(line 2\) → a/,
    ],
    ['an item that needs itself', '- [ ] a <!-- crossfade: id: a, needs: a -->', /these need each other: a/],
    ['a need that is no item', '- [ ] a <!-- crossfade: needs: b -->', /^1: needs 'b', which is no item/],
    [
      'a role nobody holds',
      '<!-- crossfade: roles: {lead: []} -->\n\n- [ ] a <!-- crossfade: role: lead -->',
      /^3: nobody holds the role 'lead'/,
    ],
    [
      'a role that is not declared',
      '<!-- crossfade: roles: {lead: [ada]} -->\n\n- [ ] a <!-- crossfade: role: chief -->',
      /^3: no role 'chief'/,
    ],
    [
      'more approvals than people',
      '<!-- crossfade: roles: {lead: [ada], operator: [ada]} -->\n\n- [ ] a <!-- crossfade: approval: {role: lead, count: 2} -->',
      /^3: 2 approvals by 'lead', which 1 hold/,
    ],
    [
      'a template that names no fact',
      '- [ ] a <!-- crossfade: message: {at: begun, to: slack, template: "{{who}} begins"} -->',
      /^1: the template names no fact of a run: who/,
    ],
    [
      'an announcement that states what only a run knows',
      '- [ ] a <!-- crossfade: message: {at: announced, to: slack, template: "{{version}}: {{metrics}}"} -->',
      /^1: before a run nobody knows metrics: the template may name action, because/,
    ],
    [
      'an annotation of nothing',
      '- [ ] a\n\ntext\n\n> quote\n\n<!-- crossfade: id: x -->\n',
      /^7: this annotation speaks of nothing/,
    ],
    [
      'an annotation in a cell',
      '| a |\n| - |\n| b <!-- crossfade: id: x --> |\n',
      /^3: this annotation speaks of nothing/,
    ],
    [
      'an annotation of a table without a row',
      '| a |\n| - |\n| b |\n\n<!-- crossfade: id: x, sign-off: me -->\n',
      /^5: after a table, row:/,
    ],
    ['broken YAML', '- [ ] a <!-- crossfade: {id: [ -->', /^1: the annotation can't be read/],
    [
      'broken YAML of several lines',
      '- [ ] a\n  <!-- crossfade:\n  id: a\n  role: [\n  -->',
      /^[45]: the annotation can't be read/,
    ],
    ['an alias', '- [ ] a <!-- crossfade: id: &x a, role: *x -->', /^1: an annotation has no aliases/],
    ['a key twice', '- [ ] a <!-- crossfade: id: a, id: b -->', /^1: the annotation can't be read/],
    ['two dashes', '- [ ] a <!-- crossfade: command: run --all -->', /^1: '--' may not stand in a comment/],
    ['a limit that is none', '- [ ] a <!-- crossfade: metric: {name: x, pass: under 5} -->', /^1: .*a limit such as/],
    ['two proofs', '- [ ] a <!-- crossfade: step: smoke, git: clean -->', /^1: .*one thing that proves it/],
    [
      'two blocks of code',
      '- [ ] a\n  ```sh\n  x\n  ```\n  ```sh\n  y\n  ```\n',
      /^1: 2 blocks of code under one item/,
    ],
    ['no mark', '- [ ] a <!-- crossfade id: a -->', /^1: an annotation begins with/],
  ];
  for (const [what, text, says] of wrong) {
    it(`refuses ${what}, with its line`, async () => {
      expect((await problems(text))[0]).to.match(says);
    });
  }

  it('fault 65: names file and line of every problem at once', async () => {
    const document = await openChecklist(
      'RELEASE.md',
      Buffer.from('- [ ] a <!-- crossfade: x: 1 -->\n- [ ] b <!-- crossfade: y: 1 -->\n'),
    );
    expect(() => compiledOrRefused(document)).to.throw(ConfigurationError, /RELEASE\.md:1: .*\nRELEASE\.md:2: /);
  });
});

describe('a file that is no checklist', () => {
  const refused: readonly [what: string, bytes: Uint8Array, says: RegExp][] = [
    ['a binary', Buffer.from([0x23, 0x0a, 0x00, 0x01]), /^x\.md:2: binary/],
    ['another encoding', Buffer.from([0x23, 0x0a, 0xff, 0xfe]), /^x\.md:2: not UTF-8/],
    ['10 MB', Buffer.alloc(10_000_000, 0x61), /^x\.md:1: 10000000 bytes, more than/],
    ['a line without an end', Buffer.alloc(30_000, 0x61), /^x\.md:1: the line has more than/],
  ];
  for (const [what, bytes, says] of refused) {
    it(`is refused: ${what}`, async () => {
      const error = await rejection(openChecklist('x.md', bytes));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error).to.have.property('message').that.matches(says);
    });
  }

  it('is read in bounded time, however it is nested', async () => {
    const began = performance.now();
    for (const text of [
      '>'.repeat(5_000),
      '['.repeat(10_000),
      '*a '.repeat(6_000),
      '`'.repeat(15_000),
      '<!-- crossfade: '.repeat(1_000),
    ]) {
      compile(await openChecklist('x.md', Buffer.from(text)));
    }
    expect(performance.now() - began).to.be.lessThan(5_000);
  });
});
