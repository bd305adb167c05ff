import { severities, type Severity } from '../../contract/severity.js';
import { exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import type { Verdict } from '../../contract/verdict.js';
import { openEnvironment } from '../open-environment.js';
import { print } from '../print/print.js';

export interface AlarmsTestOptions {
  /** Undefined: each in turn. */
  readonly severity: Severity | undefined;
  readonly because: string;
  readonly json: boolean;
}

/** Pages on purpose. Exit code 3 when a topic has not taken its page, or nobody can tell. */
export async function alarmsTest(name: string | undefined, options: AlarmsTestOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const { alarms, name: platform } = await environment.platform(await environment.outputs());
  if (!alarms) throw new RefusedError(`the ${platform} platform has no alarms that could be fired`);
  const because = `a test by ${environment.by}: ${options.because}`;
  const fired: Record<string, Verdict> = {};
  for (const severity of options.severity === undefined ? severities : [options.severity]) {
    fired[severity] = await alarms.fire(severity, because);
  }
  const all = Object.entries(fired);
  print(options.json, { environment: environment.name, fired }, () => [
    ...all.map(([severity, { answer, because: why }]) => `${severity}: ${answer}: ${why}`),
    'whether it reached a person only that person can say: look at the pager, the channel, the mail',
  ]);
  return all.every(([, { answer }]) => answer === 'yes') ? exitCodes.done : exitCodes.refused;
}
