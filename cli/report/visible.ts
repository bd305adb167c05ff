/**
 * Text from elsewhere as a reader must see it: control characters, and characters that reorder or hide others, by
 * their code point instead of by their effect.
 */
export function visible(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}|\u2028|\u2029/gu, (character) => {
    if (character === '\n' || character === '\t') return character;
    return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}
