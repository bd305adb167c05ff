import { Redactor } from '../../journal/redact.js';

const secretName = /(SECRET|TOKEN|PASSWORD|PASSPHRASE|CREDENTIALS?|_KEY)/i;
const shortestSecret = 8;

/**
 * For what the engine and the program say, which is free text: without the secrets of this process's environment, without
 * what a terminal or a CI system would obey, and not longer than 4,000 characters.
 */
export function engineRedactor(environment: NodeJS.ProcessEnv = process.env): Redactor {
  const secrets = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && value.length >= shortestSecret && secretName.test(name) && !name.endsWith('_FILE')
      ? [value]
      : [],
  );
  return new Redactor(secrets);
}
