import type { Bound } from '../../contract/bound.js';
import { momentOf } from '../moment.js';
import type { Entry, Section } from '../read/document.js';
import type { Sense } from './claim.js';
import type { Named } from './name-metric.js';

/** Where a sentence stands, and what leads up to it. */
export interface Surroundings {
  readonly section: Section;
  readonly entry: Entry | undefined;
  /** Paragraph, heading cell or item above. */
  readonly lead: string;
  readonly line: number;
}

const rollbackWords = /\b(?:roll(?:s|ed|ing)?[ -]?back|go(?:es|ing)?[ -]back|revert|abort|back[ -]?out|undo)\b/i;
const alarmWords = /\b(?:alerts?|alarms?|warn(?:ing|s)?|page[sd]?|escalat\w+|pause|hold|investigate|notify)\b/i;
const conditions = /\b(?:if|when|whenever|wenn|falls|si)\b/i;
const successWords = /\b(?:success\w*|pass(?:es|ed)?|healthy|complete|proceed|continue|go[ -]?live|criteria)\b/i;

/** From the sentence itself first, then from what leads up to it, then from the headings. */
export function senseOf(text: string, { section, lead }: Surroundings): Sense | undefined {
  if (rollbackWords.test(text)) return 'rollback';
  if (/\b(?:baseline|was|previously)\b/i.test(text.split(/[<>≤≥]/)[0] ?? '')) return 'baseline';
  if (alarmWords.test(text) || (conditions.test(text) && !successWords.test(text))) {
    return rollbackWords.test(lead) ? 'rollback' : 'alarm';
  }
  if (successWords.test(lead)) return 'pass';
  if (rollbackWords.test(lead)) return 'rollback';
  if (alarmWords.test(lead)) return 'alarm';
  if (/\b(?:alerts?|alarms?)\b/i.test(section.title)) return 'alarm';
  if (momentOf(section) === 'rollback') return 'rollback';
  return 'pass';
}

/**
 * What the direction of the comparison allows: above what is bad when high can only be a trigger. Where direction and
 * surroundings contradict each other, nothing is claimed.
 */
export function agreed(metric: Named['metric'], { comparison }: Bound, said: Sense | undefined): Sense | undefined {
  if (said === 'baseline' || said === 'target') return said;
  if (metric.bad === undefined) return said === 'pass' ? undefined : said;
  const trips = (metric.bad === 'high') === (comparison === 'above' || comparison === 'at least');
  if (comparison === 'exactly') return undefined;
  if (trips) return said === 'pass' ? undefined : said;
  // Below a line that is good is a success, also among the checks after a rollback.
  return said === 'pass' || said === 'rollback' || said === 'alarm'
    ? said === 'pass'
      ? 'pass'
      : undefined
    : undefined;
}
