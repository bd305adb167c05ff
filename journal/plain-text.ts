const escape = String.fromCharCode(0x1b);
const csi = String.fromCharCode(0x9b);
const bell = String.fromCharCode(0x07);

// Built from codes, because a control character in a source file is what this is here to remove.
const sequences = new RegExp(
  [
    `${escape}[\\]PX^_][^${bell}${escape}]*(?:${bell}|${escape}\\\\)`,
    `(?:${escape}\\[|${csi})[0-?]*[ -/]*[@-~]`,
    `${escape}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);
const unfinished = new RegExp(
  `(?:${escape}[\\]PX^_][^${bell}${escape}]*${escape}?|(?:${escape}\\[?|${csi})[0-?]*[ -/]*)$`,
);
const longestUnfinished = 256;

/** Text without terminal sequences, control and direction characters; lines end with a newline only. */
export function plainText(text: string): string {
  return Array.from(text.replace(sequences, '').replace(/\r\n?/g, '\n')).filter(isVisible).join('');
}

/** How many characters at the end may be the beginning of a terminal sequence or a line ending. */
export function unfinishedTail(text: string): number {
  if (text.endsWith('\r')) return 1;
  const tail = text.slice(-longestUnfinished);
  return unfinished.exec(tail)?.[0].length ?? 0;
}

/** Breaks what a CI system would take for a command: lines that begin with `::`, and `##[` anywhere. */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1: ').replace(/##(?=\[|vso\[)/g, '# #');
}

function isVisible(character: string): boolean {
  if (character === '\n' || character === '\t') return true;
  const code = character.codePointAt(0) ?? 0;
  const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const direction =
    (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0x200e || code === 0x200f;
  return !control && !direction;
}
