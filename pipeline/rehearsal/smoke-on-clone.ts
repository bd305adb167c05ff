import { counted } from '../../contract/counted.js';
import type { Json } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import type { Service } from '../../contract/service.js';
import { OperatorError, PlatformError } from '../../contract/errors.js';
import type { Answer } from '../../contract/verdict.js';
import type { RehearsedApp } from '../ports/rehearsals.js';
import { whyNot, type ServiceCheck } from '../steps/mixed-visits.js';

/** One pair of release and schema, and what its smoke checks said. */
export interface Cell {
  readonly app: 'live' | 'next';
  readonly schema: 'before' | 'after';
  readonly answer: Answer;
  readonly because: string;
}

/** Health and smoke checks of the routed services that the release carries. */
export function checksOfRelease(services: Readonly<Record<string, Service>>, release: Release): ServiceCheck[] {
  return Object.entries(services).flatMap(([service, definition]) => {
    if (definition.kind !== 'routed' || !(service in release.artifacts)) return [];
    const health = { path: definition.health.path, method: 'GET' as const, status: 200, contains: undefined };
    return [health, ...definition.smoke].map((check) => ({ service, check }));
  });
}

/** Those that it doesn't pass, each with its reason. */
export async function failuresOf(
  app: RehearsedApp,
  checks: readonly ServiceCheck[],
  signal: AbortSignal,
): Promise<readonly { readonly check: ServiceCheck; readonly because: string }[]> {
  const failures: { check: ServiceCheck; because: string }[] = [];
  for (const check of checks) {
    const because = await failureOf(app, check, signal);
    if (because !== undefined) failures.push({ check, because });
  }
  return failures;
}

async function failureOf(app: RehearsedApp, each: ServiceCheck, signal: AbortSignal): Promise<string | undefined> {
  const { method, path } = each.check;
  try {
    return whyNot(each, await app.probe({ service: each.service, method, path }, signal));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PlatformError) return error.message;
    throw error;
  }
}

/** Starts it, asks its checks, and stops it; one that doesn't even start is a no. */
export async function cellOf(
  of: Pick<Cell, 'app' | 'schema'>,
  start: () => Promise<RehearsedApp>,
  checks: readonly ServiceCheck[],
  signal: AbortSignal,
): Promise<Cell> {
  let app: RehearsedApp;
  try {
    app = await start();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof OperatorError)) throw error;
    return { ...of, answer: 'no', because: `it does not start: ${error.message}` };
  }
  try {
    return { ...of, ...said(await failuresOf(app, checks, signal), checks.length) };
  } finally {
    await app.stop();
  }
}

export function said(
  failures: readonly { readonly because: string }[],
  checks: number,
): Pick<Cell, 'answer' | 'because'> {
  if (failures.length > 0) return { answer: 'no', because: failures.map(({ because }) => because).join('; ') };
  if (checks === 0) return { answer: 'unknown', because: 'there is no check to ask' };
  return { answer: 'yes', because: counted(checks, 'check') };
}

export function asJson({ app, schema, answer, because }: Cell): Json {
  return { app, schema, answer, because };
}
