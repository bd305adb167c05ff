import { ConfigurationError } from '../contract/errors.js';

/** Of the words of a command, `[environment] last`: the environment may be left out where there is only one. */
export function lastOf(words: readonly string[], what: string): [string | undefined, string] {
  const [first, second, ...more] = words;
  if (first === undefined || more.length > 0) throw new ConfigurationError(`expected [environment] ${what}`);
  return second === undefined ? [undefined, first] : [first, second];
}
