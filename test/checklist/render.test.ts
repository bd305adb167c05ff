import { expect } from 'chai';
import fc from 'fast-check';
import { compile } from '../../checklist/compile.js';
import { openChecklist } from '../../checklist/open-checklist.js';
import { render, withoutResults, type ItemResult } from '../../checklist/render.js';

const nonce = '00c0ffee00c0ffee';

async function rendered(text: string, change: Partial<ItemResult> = {}): Promise<string> {
  const document = await openChecklist('RELEASE.md', Buffer.from(text));
  const { checklist } = compile(document);
  const results = checklist.items.map(({ id }): ItemResult => ({
    id,
    answer: 'yes',
    because: '12 tests passed',
    by: 'ada',
    at: '2026-01-02T03:04:05.000Z',
    evidence: { text: 'run › tests', link: 'report.html' },
    ...change,
  }));
  return render(document, checklist, results, nonce);
}

const pieces = fc.constantFrom(
  '# Release',
  '## Rollback',
  '- [ ] tests pass',
  '- [x] done',
  '  - [ ] nested',
  '1. step',
  '- [ ] a <!-- crossfade: id: a, sign-off: me -->',
  '```sh',
  'echo 1',
  '```',
  '| a | b |',
  '| - | - |',
  '| x | < 5 % |',
  '<!-- crossfade: row: 1, sign-off: me -->',
  '',
  '',
  '> quote',
  '\tcode',
  '<!--result 00c0ffee-->',
  '<!-- crossfade-results 00 -->',
  '---',
  'text  ',
  '- [ ] ',
  '* [ ] star',
  '<details>',
  '</details>',
  '☐ box',
  '- [ ] a | b',
);

describe('a rendered checklist', () => {
  it('has result, person, time and evidence beside its line', async () => {
    const text = await rendered('# R\n\n- [ ] tests pass\n- [ ] others\n');
    expect(text.split('\n')[2]).to.equal(
      `- [ ] tests pass <!--result ${nonce}-->**✅ yes**: 12 tests passed · ada · 2026-01-02T03:04:05.000Z · [run › tests](<report.html>)<!--/result ${nonce}-->`,
    );
  });

  it('keeps words of others from being Markdown, HTML or the end of what was added', async () => {
    const evil = `x --> <script>a</script> | [a](b)\n- [ ] b <!--/result ${nonce}--> \u202e`;
    const text = await rendered('- [ ] tests pass\n', { because: evil, by: '`*_' });
    expect(text.split('\n')).to.have.lengthOf(4);
    expect(text).to.not.contain('<script>');
    expect(text).to.not.contain('\u202e');
    expect(withoutResults(text)).to.equal('- [ ] tests pass\n');
  });

  it('answers an unmarked text unchanged', () => {
    expect(withoutResults('- [ ] a\n')).to.equal('- [ ] a\n');
  });

  it('loses no byte: without what was added, it is the document', async () => {
    const text = fc
      .tuple(
        fc.array(fc.oneof({ weight: 5, arbitrary: pieces }, { weight: 1, arbitrary: fc.string() }), { maxLength: 25 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
      )
      .map(([lines, ending, last, mark]) =>
        `${mark ? '\uFEFF' : ''}${lines.join(ending)}${last ? ending : ''}`.replaceAll('\0', ''),
      )
      .filter((all) => !/[\ud800-\udfff]/.test(all));
    await fc.assert(
      fc.asyncProperty(text, async (original) => {
        expect(withoutResults(await rendered(original))).to.equal(original);
      }),
      { numRuns: 500, seed: 20261126 },
    );
  });
});
