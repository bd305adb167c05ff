import { expect } from 'chai';
import { askedLines } from '../../../cli/print/asked-lines.js';
import type { AskedItem } from '../../../cli/commands/checklist-ask.js';
import type { Answer } from '../../../contract/verdict.js';

describe('items that were asked by hand', () => {
  it('are listed with what is not a yes last, and what it printed', () => {
    const lines = askedLines([
      item('tests', 'no', { output: 'one failed\n' }),
      item('notes', 'yes', { output: 'all well\n' }),
      item('size', 'unknown', { optional: true }),
    ]);
    expect(lines).to.deep.equal([
      'yes                 notes  command  line 3  because notes',
      'NO                  tests  command  line 3  because tests',
      'UNKNOWN (optional)  size   command  line 3  because size',
      '',
      'tests printed:',
      '  one failed',
      '',
      '1 of 3 answer yes',
    ]);
  });

  it('fault 63: show what others say without obeying it', () => {
    const output = '\u001B[2Jred\n::set-env name=x::y\n';
    expect(askedLines([item('tests', 'no', { output })]).slice(3, 5)).to.deep.equal([
      '  [U+001B][2Jred',
      '  : :set-env name=x::y',
    ]);
  });
});

function item(id: string, answer: Answer, more: Partial<AskedItem> = {}): AskedItem {
  const verdict = { answer, because: `because ${id}`, evidence: {} };
  return { id, title: id, kind: 'command', line: 3, optional: false, output: '', verdict, ...more };
}
