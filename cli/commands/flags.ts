import { exitCodes, OperatorError, RefusedError, type ExitCode } from '../../contract/errors.js';
import { openEnvironment } from '../open-environment.js';
import { flagsOf } from '../flags/flags-of.js';
import { putBack, rampsOfRelease } from '../flags/put-back.js';
import { print } from '../print/print.js';

const lookWithin = 10_000;

export interface FlagsOptions {
  /** This one only; undefined: all that the newest deploy has ramped. */
  readonly flag: string | undefined;
  readonly because: string;
  readonly json: boolean;
}

/** The kill switch: off for everybody, now. Exit code 5 where one is still on. */
export async function flagsOff(name: string | undefined, { flag, because, json }: FlagsOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const flags = flag === undefined ? (await rampsOfRelease(environment)).map((ramp) => ramp.flag) : [flag];
  if (flags.length === 0) throw new RefusedError(`the newest deploy of ${environment.name} has ramped no flag`);
  const off = flags.map((each) => ({ flag: each, back: 0 }));
  const switched = await putBack(environment, off, because);
  print(json, { environment: environment.name, flags: switched }, () =>
    switched.map(({ flag: each, problem }) =>
      problem === undefined ? `${each} is off` : `${each} is NOT off: ${problem}`,
    ),
  );
  return switched.every(({ problem }) => problem === undefined) ? exitCodes.done : exitCodes.rollbackFailed;
}

/** For how many users each flag of the newest deploy is on. */
export async function flagsStatus(name: string | undefined, { json }: { readonly json: boolean }): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const service = flagsOf(environment);
  if (service === undefined) throw new RefusedError(`the stack file of ${environment.name} names no flag service`);
  const seen: Record<string, number | string> = {};
  for (const { flag } of await rampsOfRelease(environment)) {
    seen[flag] = await service.weights(flag, AbortSignal.timeout(lookWithin)).catch((error: unknown) => {
      if (error instanceof OperatorError) return error.message;
      throw error;
    });
  }
  print(json, { environment: environment.name, flags: seen }, () =>
    Object.keys(seen).length === 0
      ? ['the newest deploy has ramped no flag']
      : Object.entries(seen).map(
          ([flag, is]) => `${flag}: ${typeof is === 'number' ? `on for ${is} %` : `unknown: ${is}`}`,
        ),
  );
  return exitCodes.done;
}
