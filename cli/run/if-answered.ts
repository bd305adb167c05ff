import { OperatorError } from '../../contract/errors.js';

/** Undefined where the world does not answer; what is thrown else is a bug and is thrown on. */
export async function ifAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}
