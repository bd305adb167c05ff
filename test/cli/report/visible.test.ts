import { expect } from 'chai';
import { visible } from '../../../cli/report/visible.js';

describe('visible', () => {
  it('shows terminal escapes by their code point', () => {
    expect(visible('\u001b[31mred\u0007\u009b0m')).to.equal('[U+001B][31mred[U+0007][U+009B]0m');
  });

  it('shows what would reorder, join or hide text', () => {
    expect(visible('a\u202Eb\u200Bc\u2066d\uFEFFe\u2028f')).to.equal('a[U+202E]b[U+200B]c[U+2066]d[U+FEFF]e[U+2028]f');
    expect(visible('\u{E0041}\uD800')).to.equal('[U+E0041][U+D800]');
  });

  it('leaves lines, tabs and every written language alone', () => {
    const text = 'line\n\tTee für Zoë, чай, 茶, 🍵';
    expect(visible(text)).to.equal(text);
  });
});
