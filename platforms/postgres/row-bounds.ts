import { z } from 'zod';
import type { TableCount } from './table-counts.js';
import type { WriteMark } from './write-mark.js';

const count = z.int().nonnegative();

/** Rows that each table must have; null where it was too large or too busy to tell. */
export const rowBoundsSchema = z.record(z.string(), z.strictObject({ atLeast: count, atMost: count }).nullable());

export type RowBounds = z.infer<typeof rowBoundsSchema>;

export interface Moment {
  readonly counts: ReadonlyMap<string, TableCount>;
  readonly mark: WriteMark;
}

/**
 * How many rows each table must have at a moment between two others: between the two counts, and beyond them by as many
 * rows as went or came in the meantime, which the counters of writes say up to ten seconds late, and the table's own
 * sequences at once. Null where a count is missing or the table was rewritten or emptied at once.
 */
export function rowBounds(before: Moment, after: Moment): RowBounds {
  const bounds: RowBounds = {};
  for (const [name, one] of before.counts) {
    const other = after.counts.get(name);
    if (other === undefined) continue;
    // Who came and went, or went and came, was numbered on coming.
    const numbered = Math.ceil(Math.max(0, (other.given?.after ?? 0) - (one.given?.before ?? 0)));
    const came = Math.max(numbered, grown(name, 'inserted', before, after));
    const went = Math.max(numbered, grown(name, 'deleted', before, after));
    bounds[name] =
      one.rows === undefined || other.rows === undefined || one.file !== other.file
        ? null
        : {
            atLeast: Math.max(0, Math.min(one.rows, other.rows) - went),
            atMost: Math.max(one.rows, other.rows) + came,
          };
  }
  return bounds;
}

/** What of them a database does not keep to, in words. */
export function outOfBounds(bounds: RowBounds, found: ReadonlyMap<string, TableCount>): readonly string[] {
  return Object.entries(bounds).flatMap(([table, expected]) => {
    const has = found.get(table);
    if (has === undefined) return [`${table} is missing`];
    if (expected === null || has.rows === undefined) return [];
    const { atLeast, atMost } = expected;
    return has.rows >= atLeast && has.rows <= atMost
      ? []
      : [`${table} has ${has.rows} rows, not ${atLeast} to ${atMost}`];
  });
}

function grown(name: string, counter: 'inserted' | 'deleted', before: Moment, after: Moment): number {
  return Math.max(0, (after.mark.tables[name]?.[counter] ?? 0) - (before.mark.tables[name]?.[counter] ?? 0));
}
