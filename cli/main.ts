import { outliveReaders } from './outlive-readers.js';
import { program } from './program.js';
import { reportFailure } from './report-failure.js';

/** Carries out one command line; what it came to is the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  outliveReaders();
  try {
    await program().parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = reportFailure(error, argv.includes('--json'));
  }
}
