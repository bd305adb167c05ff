import type { Change, Inputs } from './change.js';

/** Pulumi's stand-in for a value that is known after the up only (sdk/go/common/resource/plugin/rpc.go, UnknownStringValue). */
const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export function isKnown(value: unknown): boolean {
  return !JSON.stringify(value ?? null).includes(unknownValue);
}

/** The first key of a path: `actions[0].type` is below `actions`, `"a.b".c` below `a.b`. */
export function topOf(path: string): string {
  return /^"([^"]*)"/.exec(path)?.[1] ?? /^\["([^"]*)"/.exec(path)?.[1] ?? path.split(/[.[]/, 1)[0] ?? path;
}

export function touches(change: Change, key: string): boolean {
  return change.paths.some((path) => topOf(path) === key);
}

export function textAt(inputs: Inputs | undefined, key: string): string | undefined {
  const value = inputs?.[key];
  return typeof value === 'string' && isKnown(value) ? value : undefined;
}

export function numberAt(inputs: Inputs | undefined, key: string): number | undefined {
  const value = inputs?.[key];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function listAt(inputs: Inputs | undefined, key: string): readonly unknown[] {
  const value = inputs?.[key];
  return Array.isArray(value) ? value : [];
}

export function recordOf(value: unknown): Inputs {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Inputs) : {};
}
