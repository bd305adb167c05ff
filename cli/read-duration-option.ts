import { readDuration } from '../contract/duration.js';
import { ConfigurationError } from '../contract/errors.js';

const longest = 7 * 86_400_000;

/** Milliseconds; undefined where the option was left out. Throws ConfigurationError. */
export function readDurationOption(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const duration = readDuration(text);
  if (duration !== undefined && duration <= longest) return duration;
  throw new ConfigurationError(`${option} ${text}: expected a time such as 30m or 2h, at most 7d`);
}
