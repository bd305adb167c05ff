import type { Problem } from './act.js';

const limit = 63;
const naming = new Set([
  'relname',
  'idxname',
  'conname',
  'colname',
  'trigname',
  'newname',
  'policy_name',
  'rulename',
  'extname',
  'schemaname',
]);

/** Names that PostgreSQL cuts, so that two of them may become one. The parser has cut them: only the text tells how long they were. */
export function longNames(node: unknown, text: string): Problem[] {
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, inner]) => {
    if (!naming.has(key) || typeof inner !== 'string') return longNames(inner, text);
    if (!wasCut(inner, text)) return [];
    return [
      {
        code: 'name-too-long',
        severity: 'warn',
        because: `PostgreSQL cuts it to ${inner}: a name has ${limit} bytes`,
        safer: 'a shorter name',
      },
    ];
  });
}

const inName = /[\p{L}\p{N}\p{M}\p{S}\p{Cf}_$]$/u;
const inNameNext = /^[\p{L}\p{N}\p{M}\p{S}\p{Cf}_$]/u;

/** A letter of several bytes is cut as a whole. */
function wasCut(name: string, text: string): boolean {
  if (Buffer.byteLength(name) <= limit - 4) return false;
  const written = text.toLowerCase();
  const sought = name.toLowerCase().replaceAll('"', '""');
  for (let at = written.indexOf(sought); at >= 0; at = written.indexOf(sought, at + 1)) {
    const whole = !inName.test(written.slice(0, at)) && !inNameNext.test(written.slice(at + sought.length));
    if (whole) return false;
  }
  return written.includes(sought);
}
