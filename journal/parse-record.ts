import { IntegrityError, StoreError } from '../contract/errors.js';
import { parse } from '../contract/parse.js';

type Schema = Parameters<typeof parse>[0];
type Output<S extends Schema> = ReturnType<typeof parse<S>>;

const readable = 1;

/** What stands in a store, checked. Throws StoreError for a format of another version, IntegrityError for anything else that doesn't fit. */
export function parseRecord<S extends Schema>(schema: S, text: string, where: string): Output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new IntegrityError(`${where} is not JSON`, { cause: error, hint: 'somebody or something else wrote to it' });
  }
  refuseOtherFormat(value, where);
  try {
    return parse(schema, value, where);
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    throw new IntegrityError(says, { cause: error, hint: 'somebody or something else wrote to it' });
  }
}

/** Throws StoreError for a record that says it has a format which this version can't read. */
export function refuseOtherFormat(value: unknown, where: string): void {
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (typeof format !== 'number' || format === readable) return;
  throw new StoreError(`${where} is written in format ${format}; this version of Crossfade reads format ${readable}`, {
    hint: 'use the version of Crossfade that wrote it, or a newer one; traffic can be moved back without the journal',
  });
}
