import { OperatorError } from '../../../contract/errors.js';

/** The system's code of an error, such as ENOENT. An OperatorError's code is one of ours, and no system's. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof OperatorError || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
