import { z } from 'zod';
import { digestOf, digestSchema } from '../../contract/json.js';
import type { StoredRecord } from '../../journal/store.js';
import type { Redactor } from '../../journal/redact.js';

/** A line of the journal that is not given out, because the value of a secret was found in it. */
export const withheldSchema = z.strictObject({
  withheld: z.literal(true),
  sequence: z.int().nonnegative(),
  /** Of the line as it stands in the store: the next one is chained to it. */
  hash: digestSchema,
});
export type Withheld = z.infer<typeof withheldSchema>;

/** The journal's lines byte by byte, so that their hashes hold; one with a secret in it is withheld as a whole. */
export function keptJournal(records: readonly StoredRecord[], redactor: Redactor): string {
  return records
    .map(({ sequence, text }) => {
      if (redactor.find(text).length === 0) return `${text}\n`;
      const withheld: Withheld = { withheld: true, sequence, hash: digestOf(text) };
      return `${JSON.stringify(withheld)}\n`;
    })
    .join('');
}
