import { plainText } from '../../journal/plain-text.js';
import type { Change } from '../../pipeline/preview/change.js';

const longest = 160;

/** What the program calls a resource, and what it is: names come from a program that others may have written. */
export function plainName({ name, type }: Pick<Change, 'name' | 'type'>): string {
  return plainWords(`${name} (${type})`);
}

/** One line, without what a terminal would obey. */
export function plainWords(text: string, limit = longest): string {
  const line = plainText(text).replace(/\s+/g, ' ');
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
