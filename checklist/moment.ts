import type { Moment } from '../contract/checklist.js';
import type { Section } from './read/document.js';

/** Words of headings, most telling first. Only whole words count. */
const words: readonly (readonly [Moment, RegExp])[] = [
  ['rollback', /\b(?:roll(?:ing)?[ -]?back|back[ -]?out|revert|recovery plan|emergency|disaster)\b/i],
  [
    'record',
    /\b(?:contacts?|escalation|references?|resources|appendix|revision|history|templates?|communication|post[ -]?mortem|sign[ -]?offs?|notes|audit|compliance)\b/i,
  ],
  [
    'after',
    /\b(?:post[ -]?(?:deploy(?:ment)?|release|launch)|after|follow[ -]?up|success (?:criteria|metrics)|monitoring|validation|verification|first \d+)\b/i,
  ],
  [
    'before',
    /\b(?:pre[ -]?(?:deploy(?:ment)?|release|launch|flight|requisites?)|before|prerequisites?|preparation|readiness|code (?:review|quality)|testing)\b/i,
  ],
  ['staging', /\bstaging\b/i],
  [
    'during',
    /\b(?:during|deploy(?:ment|ing)?|release|roll[ -]?out|canary|cut[ -]?over|migrations?|go[ -]?live|launch|production)\b/i,
  ],
];

/** When what stands under a heading is due, by its words or those of the headings above it. */
export function momentOf(section: Section): Moment {
  const said = section.isTitle ? undefined : words.find(([, pattern]) => pattern.test(section.title));
  if (said) return said[0];
  return section.parent === undefined ? 'always' : momentOf(section.parent);
}
