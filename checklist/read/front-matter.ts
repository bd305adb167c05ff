import type { Source } from './source.js';

/** Front matter is blanked, and a mark at the beginning left out, so that every line keeps its number. */
export function withoutFrontMatter(source: Source): string {
  const end = endOfFrontMatter(source);
  return source.lines
    .map(({ text }, index) => (index < end ? '' : index === 0 ? text.replace(/^\uFEFF/, '') : text))
    .join('\n');
}

/** Its last line; 0 when there is none. */
export function endOfFrontMatter({ lines }: Source): number {
  const first = lines[0]?.text.replace(/^\uFEFF/, '').trimEnd();
  return first === '---' ? lines.findIndex(({ text }, index) => index > 0 && /^(?:---|\.\.\.)\s*$/.test(text)) + 1 : 0;
}
