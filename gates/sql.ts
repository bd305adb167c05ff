import type { Verdict } from '../contract/verdict.js';
import type { Adapter } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { KeptOutput } from './kept-output.js';
import type { Surroundings } from './surroundings.js';

const longest = 200;

/**
 * One query in a read-only transaction. Without an expectation its first value must be something: no NULL, no false, no 0;
 * and where it answers more than one value, all of them are kept beside the record, for whoever reads the report.
 */
export const askSql: Adapter<'sql'> = async ({ query, equals, rows }, { plan, platform }, around, signal) => {
  if (!platform.database) return unknown('this environment has no database that can be asked');
  const found = await platform.database.askRows(query, signal);
  const first = found[0]?.[0] ?? null;
  const evidence = { rows: found.length, value: shortened(first) };
  if (rows !== undefined)
    return compareRows(
      rows,
      found.map(([value]) => value ?? null),
      evidence,
    );
  if (equals !== undefined) {
    return first === equals
      ? yes(`the database says ${shortened(first) ?? ''}`, evidence)
      : no(`the database says ${shortened(first) ?? 'nothing'}, expected ${equals}`, evidence);
  }
  const empty = first === null || ['f', 'false', '0', ''].includes(first);
  const output = isTable(found) ? { output: await around.attach(plan.run, tableText(found, around)) } : {};
  return (empty ? no : yes)(`the database says ${shortened(first) ?? 'nothing'}`, { ...evidence, ...output });
};

function isTable(found: readonly (readonly unknown[])[]): boolean {
  return found.length > 1 || (found[0]?.length ?? 0) > 1;
}

/** A line a row, without secrets. */
function tableText(found: readonly (readonly (string | null)[])[], around: Surroundings): string {
  const output = new KeptOutput(around.redacting([]), undefined);
  const cell = (value: string | null): string => (value ?? 'NULL').replaceAll(/\s+/g, ' ');
  for (const row of found) output.take(Buffer.from(`${row.map(cell).join('\t')}\n`));
  return output.end();
}

function compareRows(
  wanted: readonly string[],
  found: readonly (string | null)[],
  evidence: Verdict['evidence'],
): Verdict {
  const same = wanted.length === found.length && wanted.every((value, index) => value === found[index]);
  if (same) return yes(`${found.length} rows, as expected`, evidence);
  const told = found.slice(0, 20).map((value) => shortened(value) ?? 'NULL');
  return no(`expected ${wanted.join(', ')}; the database says ${told.join(', ') || 'nothing'}`, evidence);
}

function shortened(value: string | null): string | null {
  return value === null || value.length <= longest ? value : `${value.slice(0, longest)}…`;
}
