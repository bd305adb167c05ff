import type { TableCount } from '../../postgres/table-counts.js';
import type { WriteMark } from '../../postgres/write-mark.js';
import type { BackupManifest } from './manifest.js';

export interface Moment {
  readonly counts: ReadonlyMap<string, TableCount>;
  readonly mark: WriteMark;
}

/**
 * How many rows each table must have at a moment between two others: between the two counts, and beyond them by as many
 * rows as went or came in the meantime. Null where a count is missing or the table was rewritten or emptied at once.
 */
export function rowBounds(before: Moment, after: Moment): BackupManifest['tables'] {
  const bounds: BackupManifest['tables'] = {};
  for (const [name, one] of before.counts) {
    const other = after.counts.get(name);
    if (other === undefined) continue;
    const came = grown(name, 'inserted', before, after);
    const went = grown(name, 'deleted', before, after);
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

function grown(name: string, counter: 'inserted' | 'deleted', before: Moment, after: Moment): number {
  return Math.max(0, (after.mark.tables[name]?.[counter] ?? 0) - (before.mark.tables[name]?.[counter] ?? 0));
}
