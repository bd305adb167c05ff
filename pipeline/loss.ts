import { counted } from '../contract/counted.js';
import { describeDuration } from '../contract/duration.js';
import type { Writes, WritesSince } from './ports/writes.js';

/** What a restore would lose, as somebody has to acknowledge it. */
export interface Loss {
  /** Inserted, updated and deleted, all tables together. Undefined: it can't be counted. */
  readonly rows: number | undefined;
  readonly minutes: number;
  readonly walBytes: number;
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly writes: Writes }[];
  readonly migrations: readonly string[];
  readonly because: string;
}

/** Most rows first. */
export function lossOf({ seconds, walBytes, tables, migrations, because }: WritesSince): Loss {
  const counted = Object.entries(tables ?? {})
    .map(([name, writes]) => ({ name, rows: writes.inserted + writes.updated + writes.deleted, writes }))
    .sort((one, other) => other.rows - one.rows || (one.name < other.name ? -1 : 1));
  return {
    rows: tables === undefined ? undefined : counted.reduce((sum, { rows }) => sum + rows, 0),
    minutes: Math.round(seconds / 6) / 10,
    walBytes,
    tables: counted,
    migrations,
    because,
  };
}

export function describeLoss({ rows, minutes, walBytes, tables, because }: Loss): string {
  const what =
    rows === undefined
      ? `rows that nobody can count (${because})`
      : `${rowsOf(rows)} written in ${counted(tables.length, 'table')}`;
  return `${what}, ${describeDuration(minutes * 60_000)} of writes, ${bytesOf(walBytes)} of write-ahead log`;
}

/** What has to be typed. */
export function wordsFor({ rows }: Pick<Loss, 'rows'>): string {
  return rows === undefined ? 'unknown rows' : rowsOf(rows);
}

/** The typed acknowledgement: a number of rows, or null for rows that can't be counted. */
export function readAcknowledgement(text: string): { readonly rows: number | null } | undefined {
  if (text.trim() === 'unknown rows') return { rows: null };
  const match = /^(\d{1,3}(?:,\d{3})+|\d{1,15}) rows?$/.exec(text.trim());
  return match?.[1] === undefined ? undefined : { rows: Number(match[1].replaceAll(',', '')) };
}

/** While writes go on the number moves: a little more may be typed, never less, and no number that fits everything. */
const mayExceedByPercent = 10;
const mayExceedByRows = 100;

/** Why what was typed doesn't fit what would be lost now; undefined: it does. */
export function unacknowledgedBecause(acknowledged: { readonly rows: number | null }, loss: Loss): string | undefined {
  const { rows } = loss;
  const typed = acknowledged.rows;
  if (rows === undefined) {
    return typed === null ? undefined : `what would be lost can't be counted (${loss.because}), so no number fits it`;
  }
  if (typed === null) return `what would be lost can be counted: ${rowsOf(rows)}`;
  if (typed < rows) return `${rowsOf(rows)} would be lost now, ${rowsOf(typed)} were acknowledged`;
  const most = Math.max(rows + mayExceedByRows, Math.floor(rows * (1 + mayExceedByPercent / 100)));
  return typed <= most
    ? undefined
    : `${rowsOf(typed)} were acknowledged, which is far more than the ${rowsOf(rows)} now`;
}

export function rowsOf(count: number): string {
  return counted(count, 'row');
}

export function bytesOf(count: number): string {
  if (count < 10_000) return `${count} bytes`;
  return count < 10_000_000 ? `${Math.round(count / 1_000)} kB` : `${Math.round(count / 1_000_000)} MB`;
}
