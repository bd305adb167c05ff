import { expect } from 'chai';
import { wordsOf } from '../../../demo/teams/message-words.js';

describe('what a play expects of a message', () => {
  const words = wordsOf('{{version}} {{outcome}} after {{duration}}', { version: '1.1.0', outcome: 'completed' });

  it('is what is known as it is, and every other fact said at all', () => {
    expect('1.1.0 completed after 36 s').to.match(words);
    expect('local: 1.1.0 completed\r\nafter 36 s').to.match(words);
  });

  for (const text of ['1.1.0 completed after -', '1.2.0 completed after 36 s', '1.1.0 went back after 36 s', '']) {
    it(`is not '${text}'`, () => {
      expect(text).to.not.match(words);
    });
  }

  it('takes nothing in a template for a pattern', () => {
    expect('1x1.0 (a)').to.not.match(wordsOf('{{version}} (a)', { version: '1.1.0' }));
    expect('1.1.0 (a)').to.match(wordsOf('{{version}} (a)', { version: '1.1.0' }));
  });

  it('is refused with a fact that there is none of', () => {
    expect(() => wordsOf('{{wether}}', {})).to.throw('there is no fact wether');
  });
});
