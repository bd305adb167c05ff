import { OperatorError } from '../contract/errors.js';
import { VerdictError } from './endings.js';

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** How a journal tells what went wrong; a stack is for bugs and goes to the terminal only. */
export function failureOf(error: unknown): Failure {
  if (error instanceof OperatorError) {
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  if (error instanceof VerdictError) return { code: `verdict-${error.verdict.answer}`, message: error.message };
  if (error instanceof Error) return { code: error.name, message: error.message };
  return { code: 'unknown', message: String(error) };
}
