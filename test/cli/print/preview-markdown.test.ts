import { expect } from 'chai';
import { stackPreview } from '../../../pipeline/preview/stack-preview.js';
import { judgeStack } from '../../../pipeline/preview/verdict.js';
import { codeBlock, codeSpan } from '../../../cli/print/markdown-code.js';
import { marker, previewMarkdown } from '../../../cli/print/preview-markdown.js';
import type { Previews } from '../../../cli/preview/preview-stacks.js';
import { answer, step } from '../../support/engine-steps.js';

const hostile = 'db`]( <img src=x> @team ``` <!-- --> </details>\u001b[2J\n# owned ::set-env';

function previews(steps: readonly object[], errors: readonly string[] = []): Previews {
  const rules = { environment: 'production', approvers: {}, now: new Date(0) };
  const given = answer(steps, errors.length > 0 ? { errors, exitCode: 1 } : {});
  const judged = judgeStack(
    stackPreview('production', given, { live: ['blue'], liveBecause: 'says the balancer' }),
    [],
    rules,
  );
  return {
    environment: 'production',
    live: ['blue'],
    liveBecause: 'says the balancer',
    stacks: [judged],
    missing: [],
    badExceptions: [],
  };
}

/** What is left of Markdown when its code is taken away. */
function outsideCode(markdown: string): string {
  return markdown.replace(/^(`{3,})text\n[^]*?\n\1$/gm, '').replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '');
}

describe("a preview as a pull request's comment", () => {
  it('begins with a marker by which the next one finds it', () => {
    expect(previewMarkdown(previews([])).split('\n')[0]).to.equal(marker('production'));
  });

  it('shows danger first and folds what is harmless', () => {
    const text = previewMarkdown(
      previews([
        step('update', 'aws:sns/topic:Topic', 'aaa', [{ tags: 1 }, { tags: 2 }]),
        step('delete', 'aws:rds/instance:Instance', 'zzz', [{}, undefined]),
      ]),
    );
    expect(text.indexOf('zzz')).to.be.greaterThan(0).and.lessThan(text.indexOf('<details>'));
    expect(text.indexOf('aaa')).to.be.greaterThan(text.indexOf('<details>'));
  });

  it('fault 58: lets nothing of a name or a message out of its code', () => {
    const steps = ['delete', 'update'].map((op) =>
      step(op, 'aws:rds/instance:Instance', `${hostile} ${op}`, [{ a: 1 }, op === 'delete' ? undefined : { a: 2 }]),
    );
    const left = outsideCode(previewMarkdown(previews(steps, [hostile])));
    expect(left).to.contain('**data**').and.contain('## Preview of production');
    for (const bad of ['<img', '@team', 'owned', '</details>', '\u001b']) expect(left).to.not.contain(bad);
  });

  it('stays below what GitHub takes, and says that something is left out', () => {
    const steps = Array.from({ length: 2_000 }, (_, index) =>
      step('delete', 'aws:rds/instance:Instance', `db-${index}`, [{}, undefined]),
    );
    const text = previewMarkdown(previews(steps));
    expect(text.length).to.be.lessThan(65_536);
    expect(text).to.match(/\d+ more parts are left out/);
  });
});

describe('code in Markdown', () => {
  it('has a fence that is longer than any in the text', () => {
    expect(codeSpan('a ``` b')).to.equal('```` a ``` b ````');
    expect(codeBlock('```\n````')).to.equal('`````text\n```\n````\n`````');
  });
});
