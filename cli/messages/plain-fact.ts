import { plainText, withoutCommands } from '../../journal/plain-text.js';

const usualLimit = 500;

/** What somebody else wrote, as it may stand in a message: no terminal sequences, no commands to a CI system, and short. */
export function plainFact(text: string, limit = usualLimit): string {
  const plain = withoutCommands(plainText(text)).trim();
  if (plain === '') return '-';
  return plain.length <= limit ? plain : `${plain.slice(0, limit - 1)}…`;
}
