import { canonicalJson } from '../../contract/json.js';
import type { ChangeOperation } from '../../contract/planned-change.js';
import type { Change, Inputs } from './change.js';
import type { EngineStep } from './engine-preview.js';

const operations: Readonly<Record<string, ChangeOperation>> = {
  create: 'create',
  update: 'update',
  replace: 'replace',
  'create-replacement': 'replace',
  'delete-replaced': 'replace',
  'import-replacement': 'replace',
  'read-replacement': 'replace',
  'discard-replaced': 'replace',
  delete: 'delete',
  import: 'import',
  read: 'read',
  refresh: 'refresh',
  discard: 'forget',
};

/**
 * The changes of a stack, one a resource, sorted by urn: also where a replacement comes as a single step, as three, or
 * as a delete and a create.
 */
export function changesOf(stack: string, steps: readonly EngineStep[]): Change[] {
  const byUrn = new Map<string, EngineStep[]>();
  for (const step of steps) byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
  return [...byUrn]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([urn, own]) => changeOf(stack, urn, own) ?? []);
}

function changeOf(stack: string, urn: string, steps: readonly EngineStep[]): Change | undefined {
  const operation = operationOf(steps);
  if (operation === undefined) return undefined;
  const old = steps.find(({ oldState }) => oldState)?.oldState ?? undefined;
  const now = operation === 'delete' ? undefined : (steps.find(({ newState }) => newState)?.newState ?? undefined);
  const before = old?.inputs ?? undefined;
  const after = now?.inputs ?? undefined;
  // A slot's program reads its environment at every up: to read again what was read before is no change.
  if (operation === 'read' && before !== undefined && canonicalJson(before) === canonicalJson(after)) return undefined;
  const paths = pathsOf(steps, operation, before, after);
  const created = steps.findIndex(({ op }) => op === 'create-replacement');
  const deleted = steps.findIndex(({ op }) => op === 'delete-replaced');
  return {
    stack,
    urn,
    type: now?.type ?? old?.type ?? typeOf(urn),
    name: urn.slice(urn.lastIndexOf('::') + 2),
    operation,
    custom: (now ?? old)?.custom !== false,
    before,
    after,
    paths,
    replaces: replacesOf(steps),
    unseen: paths.length === 0 && (operation === 'update' || operation === 'replace'),
    protection: { before: old?.protect === true, after: now?.protect === true },
    retained: old?.retainOnDelete === true,
    deletedFirst: created < 0 || deleted < 0 ? undefined : deleted < created,
  };
}

/** Undefined when nothing changes. */
function operationOf(steps: readonly EngineStep[]): ChangeOperation | undefined {
  const words = steps.filter(({ op }) => op !== 'same').map(({ op }): ChangeOperation => operations[op] ?? 'other');
  if (words.includes('replace')) return 'replace';
  if (words.includes('other')) return 'other';
  if (words.includes('delete')) return words.includes('create') ? 'replace' : 'delete';
  const [first] = words.filter((word) => word !== 'refresh');
  if (first !== undefined) return first;
  if (steps.some(({ oldState, newState }) => oldState?.protect === true && newState && newState.protect !== true)) {
    return 'unprotect';
  }
  // A refresh that found nothing to say is none.
  return words.includes('refresh') && steps.some(({ detailedDiff }) => Object.keys(detailedDiff ?? {}).length > 0)
    ? 'refresh'
    : undefined;
}

function pathsOf(
  steps: readonly EngineStep[],
  operation: ChangeOperation,
  before: Inputs | undefined,
  after: Inputs | undefined,
): string[] {
  const told = steps.flatMap(({ detailedDiff }) => Object.keys(detailedDiff ?? {}));
  if (told.length > 0) return [...new Set(told)].sort();
  if (operation !== 'update' && operation !== 'replace') return [];
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const differing = [...keys].filter((key) => canonicalJson(before?.[key]) !== canonicalJson(after?.[key]));
  const reasons = steps.flatMap(({ replaceReasons, diffReasons }) => [
    ...(replaceReasons ?? []),
    ...(diffReasons ?? []),
  ]);
  return [...new Set([...differing, ...reasons])].filter((key) => key !== '__defaults').sort();
}

function replacesOf(steps: readonly EngineStep[]): string[] {
  const told = steps.flatMap(({ detailedDiff }) =>
    Object.entries(detailedDiff ?? {}).flatMap(([path, { kind }]) => (kind.endsWith('replace') ? [path] : [])),
  );
  return [...new Set([...told, ...steps.flatMap(({ replaceReasons }) => replaceReasons ?? [])])].sort();
}

/** The type is the third part of a urn, after the types of its parents. */
function typeOf(urn: string): string {
  return urn.split('::').at(-2)?.split('$').at(-1) ?? 'unknown';
}
