import type { Contents } from './contents.js';

/** What was read before the moment that a backup restores, and after it. The same thing twice for a snapshot. */
export interface ContentsAround {
  readonly before: Contents;
  readonly after: Contents;
}

/** How far each sequence may stand beyond the two, in its own direction. */
export type Beyond = Readonly<Record<string, number>>;

export interface ContentsComparison {
  readonly wrong: readonly string[];
  /** Whole tables whose checksum was compared. */
  readonly checksums: number;
  readonly sequences: number;
  readonly owners: number;
  readonly extensions: number;
}

/** What a restored database has to have: whatever was the same before and after, and sequences in between. Pure. */
export function compareContents(
  { before, after }: ContentsAround,
  found: Contents,
  beyond: Beyond = {},
): ContentsComparison {
  const checksums = same(before.checksums, after.checksums);
  const owners = same(before.owners, after.owners);
  const extensions = Object.keys(before.extensions).filter((name) => name in after.extensions);
  const sequences = Object.keys(before.sequences).filter((name) => name in after.sequences);
  return {
    wrong: [
      ...differing(checksums, found.checksums, (name) => `${name} has other rows than it had`),
      ...differing(owners, found.owners, (name, is) => `${name} belongs to ${is}, not to ${owners[name] ?? ''}`),
      ...extensions.filter((name) => !(name in found.extensions)).map((name) => `the extension ${name} is missing`),
      ...sequences.flatMap((name) => {
        const because = outside(before.sequences[name], after.sequences[name], found.sequences[name], beyond[name]);
        return because === undefined ? [] : [`sequence ${name} ${because}`];
      }),
    ],
    checksums: Object.keys(checksums).length,
    sequences: sequences.length,
    owners: Object.keys(owners).length,
    extensions: extensions.length,
  };
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(one).filter(([name, value]) => other[name] === value));
}

function differing(
  expected: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
  words: (name: string, is: string) => string,
): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const is = found[name];
    if (is === value) return [];
    return [is === undefined ? `${name} is missing` : words(name, is)];
  });
}

/** A sequence is not part of any snapshot: it may stand anywhere between the two. */
function outside(
  before: string | null | undefined,
  after: string | null | undefined,
  found: string | null | undefined,
  beyond = 0,
): string | undefined {
  if (found === undefined) return 'is missing';
  if (found === before || found === after) return undefined;
  if (typeof before !== 'string' || typeof after !== 'string' || found === null) {
    if (typeof after === 'string' && typeof found === 'string' && (before === null || before === undefined))
      return undefined;
    return `stands at ${found ?? 'nothing'}, not at ${after ?? 'nothing'}`;
  }
  const [one, other] = [BigInt(before), BigInt(after)];
  const [lower, upper] = one < other ? [one, other] : [other, one];
  const least = beyond < 0 ? lower + BigInt(beyond) : lower;
  const most = beyond > 0 ? upper + BigInt(beyond) : upper;
  const value = BigInt(found);
  return value >= least && value <= most ? undefined : `stands at ${found}, not at ${before} to ${after}`;
}
