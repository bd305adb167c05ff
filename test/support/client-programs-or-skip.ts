import { OperatorError } from '../../contract/errors.js';
import { findClientPrograms, type ClientPrograms } from '../../platforms/postgres/client-programs.js';

/** For tests that need pg_dump: where it is missing they are skipped, counted so, and it is said. */
export async function clientProgramsOrSkip(context: Mocha.Context): Promise<ClientPrograms> {
  try {
    return await findClientPrograms(undefined);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    process.stdout.write(`SKIPPED  everything that needs pg_dump: ${error.message}; ${error.hint ?? ''}\n`);
    return context.skip();
  }
}
