import { exitCodes, OperatorError, type ExitCode } from '../contract/errors.js';

/** Says what went wrong, in words for an operator or as data, and gives the exit code. Never hands an Error to console. */
export function reportFailure(error: unknown, json: boolean): ExitCode {
  const quiet = commanderExit(error);
  if (quiet !== undefined) return quiet;
  if (error instanceof OperatorError) {
    const { code, message, hint, exitCode } = error;
    if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
    process.stderr.write(`${message}\n${hint === undefined ? '' : `→ ${hint}\n`}`);
    return exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `${stack}\nThis is a bug in crossfade. What users get was not changed by this message: 'crossfade status' shows it.\n`,
  );
  return exitCodes.bug;
}

/** Commander ends help and usage errors by throwing; it has printed what there is to say. */
function commanderExit(error: unknown): ExitCode | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  if (!error.code.startsWith('commander.')) return undefined;
  const failed = 'exitCode' in error && error.exitCode !== 0;
  return failed ? exitCodes.usage : exitCodes.done;
}
