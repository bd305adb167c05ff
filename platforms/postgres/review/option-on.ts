import type { Node } from 'libpg-query';

/** Whether an option of VACUUM, REINDEX and their like is given and not turned off. */
export function isOptionOn(options: readonly Node[] | undefined, name: string): boolean {
  const found = (options ?? []).flatMap((node) =>
    'DefElem' in node && node.DefElem.defname === name ? [node.DefElem] : [],
  );
  const last = found.at(-1);
  return last !== undefined && !isFalse(last.arg);
}

function isFalse(value: Node | undefined): boolean {
  if (value === undefined) return false;
  if ('String' in value) return /^(false|off|0)$/i.test(value.String.sval ?? '');
  if ('Boolean' in value) return value.Boolean.boolval !== true;
  return 'Integer' in value && (value.Integer.ival ?? 0) === 0;
}
