import type { PlannedChecklist } from '../../contract/checklist.js';
import { ConfigurationError } from '../../contract/errors.js';
import { flagNameSchema } from '../../contract/flags-configuration.js';
import { flagItemsOf, type FlagsBefore } from '../../pipeline/flag-steps.js';
import type { Flags } from '../../pipeline/flags.js';
import { openFlags } from '../../platforms/flags/open-flags.js';
import { findSecret } from '../find-secret.js';
import type { OpenEnvironment } from '../open-environment.js';

const lookWithin = 30_000;

/** The environment's flag service; undefined where its stack file names none. */
export function flagsOf({
  configuration,
  folder,
}: Pick<OpenEnvironment, 'configuration' | 'folder'>): Flags | undefined {
  const { flags } = configuration;
  return flags && openFlags(flags, (place) => findSecret(place, folder));
}

/** How the checklist's flags stand before a run. Throws ConfigurationError with file and line, or PlatformError. */
export async function flagsBefore(
  environment: Pick<OpenEnvironment, 'configuration' | 'folder'>,
  checklist: PlannedChecklist | undefined,
): Promise<FlagsBefore> {
  const items = flagItemsOf(checklist);
  const flags = flagsOf(environment);
  const before: Record<string, number> = {};
  for (const { check, place } of items) {
    const where = `${place.file}:${place.line}`;
    if (flags === undefined) {
      throw new ConfigurationError(
        `${where}: the flag ${check.flag} is ramped, and the stack file names no flag service`,
        {
          hint: 'flags in the stack file: docs/flags.md',
        },
      );
    }
    if (!flagNameSchema.safeParse(check.flag).success)
      throw new ConfigurationError(`${where}: ${check.flag} is no flag's name`);
    if (check.percents.some((percent, index) => percent <= (check.percents[index - 1] ?? 0))) {
      throw new ConfigurationError(`${where}: shares of the flag ${check.flag} that don't increase`);
    }
    if (check.flag in before) throw new ConfigurationError(`${where}: the flag ${check.flag} is ramped twice`);
    before[check.flag] = await flags.weights(check.flag, AbortSignal.timeout(lookWithin));
  }
  return before;
}
