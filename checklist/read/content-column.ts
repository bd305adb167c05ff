/** The column at which a list item's text begins, tabs to the next multiple of four. */
export function contentColumn(line: string, from: number): number {
  const expanded = expandTabs(line);
  const marker = /^(?:[ >]*)(?:[-*+]|\d{1,9}[.)])( *)/.exec(`${' '.repeat(from)}${expanded.slice(from)}`);
  if (!marker) return from + 2;
  const blanks = marker[1]?.length ?? 0;
  const [whole] = marker;
  return blanks === 0 || blanks > 4 ? whole.length - blanks + 1 : whole.length;
}

function expandTabs(text: string): string {
  let out = '';
  for (const character of text) out += character === '\t' ? ' '.repeat(4 - (out.length % 4)) : character;
  return out;
}
