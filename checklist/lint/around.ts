import { momentOf } from '../moment.js';
import { pathOf, type Entry, type Section } from '../read/document.js';

/** The environment that a heading above names; undefined where none or several do. */
export function environmentOf(section: Section): 'staging' | 'production' | 'local' | undefined {
  const named = pathOf(section).flatMap((title) => {
    const found = (['staging', 'production', 'local'] as const).filter((name) =>
      new RegExp(`\\b${name}\\b`, 'i').test(title),
    );
    return found.length === 1 ? found : [];
  });
  return named.at(-1);
}

export function isRollback(section: Section): boolean {
  return momentOf(section) === 'rollback';
}

/** The headings above and the item itself, as one text to look for words in. */
export function wordsAround(section: Section, entry: Entry | undefined, intro = ''): string {
  return [...pathOf(section), entry?.parent?.text ?? '', entry?.text ?? '', intro].join('\n');
}
