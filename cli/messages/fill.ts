import { isMessageFact } from '../../contract/message-facts.js';
import { longestMessage, longestTitle } from '../../contract/outbox.js';
import type { Facts } from './facts-of.js';
import { plainFact } from './plain-fact.js';

/** Of the message that is sent: its first line is the title. Facts are filled in once, so none of them is a template. */
export function fill(template: string, facts: Facts): { readonly title: string; readonly text: string } {
  const filled = template.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (mark, name: string) =>
    isMessageFact(name) ? facts[name as keyof Facts] : mark,
  );
  const text = plainFact(filled, longestMessage);
  const [first = ''] = text.split('\n', 1);
  return { title: plainFact(first, longestTitle), text };
}
