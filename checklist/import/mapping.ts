import type { Insertion } from '../read/document.js';

/** What an existing line is taken for, until a person accepts it. */
export interface Mapping {
  readonly line: number;
  /** Where its words stand, within a text of several lines. */
  readonly shown?: number;
  readonly place: NonNullable<Insertion>;
  /** Row of its table, from 1. */
  readonly row: number | undefined;
  readonly title: string;
  readonly path: readonly string[];
  /** Keys of the annotation, in order, beside its id. */
  readonly says: Readonly<Record<string, Said>>;
}

export type Said = string | readonly string[] | { readonly [key: string]: Said };

/** As flow YAML, on one line, and without what would end the comment. */
export function writeSaid(says: Readonly<Record<string, Said>>): string {
  return Object.entries(says)
    .map(([key, value]) => `${key}: ${write(value)}`)
    .join(', ');
}

function write(value: Said): string {
  if (typeof value === 'string')
    return /^[\w/][\w %./-]*$/.test(value) && !value.endsWith(' ') && !value.includes('--') ? value : quoted(value);
  if (isList(value)) return `[${value.map(write).join(', ')}]`;
  return `{${writeSaid(value)}}`;
}

function isList(value: Said): value is readonly string[] {
  return Array.isArray(value);
}

/** Double-quoted; a dash that would stand beside another is written by its code. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/--+/g, (dashes) => '\\x2d'.repeat(dashes.length));
}
