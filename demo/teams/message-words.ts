import { messageFacts, type MessageFact } from '../../contract/message-facts.js';

/** What a play knows of a run without asking the code that tells of it. */
export type KnownFacts = Readonly<Partial<Record<MessageFact, string>>>;

/**
 * What a filled template looks like: each fact that is known as it is, and every other one said at all ('-' is what a run
 * does not know). Throws where the template names a fact that there is none of.
 */
export function wordsOf(template: string, facts: KnownFacts): RegExp {
  const parts = template.split(/\{\{\s*([^{}]*?)\s*\}\}/);
  const pattern = parts.map((part, index) => (index % 2 === 0 ? escaped(part) : factPattern(part, facts)));
  return new RegExp(pattern.join(''));
}

function factPattern(name: string, facts: KnownFacts): string {
  const fact = messageFacts.find((each) => each === name);
  if (fact === undefined) throw new Error(`there is no fact ${name}`);
  const known = facts[fact];
  return known === undefined ? String.raw`(?!-(?:\s|$))\S[\s\S]*?` : escaped(known);
}

/** Mail folds its lines. */
function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/\s+/g, String.raw`\s+`);
}
