import { StoreError } from '../contract/errors.js';

const segment = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/;
const highest = 999_999_999;

/** The parts of a stream's or key's name. Throws StoreError for anything that could leave the store or hide in it. */
export function readStoreName(name: string): readonly string[] {
  const parts = name.split('/');
  if (parts.length > 4 || !parts.every((part) => segment.test(part))) {
    throw new StoreError(`${JSON.stringify(name.slice(0, 80))} is no name for something in a store`, {
      hint: 'names consist of letters, digits, dot, minus, plus and underscore, and begin with a letter or a digit',
    });
  }
  return parts;
}

/** Nine digits, so that names sort as numbers do. Throws StoreError beyond them. */
export function recordName(sequence: number): string {
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > highest) {
    throw new StoreError(`${sequence} is no sequence: a whole number from 0 to ${highest}`);
  }
  return `${String(sequence).padStart(9, '0')}.json`;
}

export function readRecordName(name: string): number | undefined {
  const match = /^(\d{9})\.json$/.exec(name);
  return match ? Number(match[1]) : undefined;
}
