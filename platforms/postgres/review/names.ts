import type { Node, RangeVar, TypeName } from 'libpg-query';

/** As a person would write it, quoted only where it must be. */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function relationName(relation: RangeVar | undefined): string {
  return [relation?.schemaname, relation?.relname]
    .filter((part) => part !== undefined)
    .map(quoteName)
    .join('.');
}

/** A name given as a list of words, as DROP and COMMENT have it. */
export function listName(node: Node | undefined, drop = 0): string {
  const words = wordsOf(node);
  return words
    .slice(0, words.length - drop)
    .map(quoteName)
    .join('.');
}

export function wordsOf(node: Node | undefined): string[] {
  if (node === undefined) return [];
  if ('String' in node) return [node.String.sval ?? ''];
  if ('List' in node) return (node.List.items ?? []).flatMap(wordsOf);
  if ('TypeName' in node) return (node.TypeName.names ?? []).flatMap(wordsOf);
  if ('ObjectWithArgs' in node) return (node.ObjectWithArgs.objname ?? []).flatMap(wordsOf);
  return [];
}

/** The bare name of a type: int4, varchar, bpchar, timestamp, serial. */
export function typeWord(type: TypeName | undefined): string {
  return (type?.names ?? []).flatMap(wordsOf).at(-1) ?? '';
}
