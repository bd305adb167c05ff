/** What a message may state: all of it is folded from a run's journal. */
export const messageFacts = [
  'action',
  'alarm',
  'because',
  'checklist',
  'duration',
  'environment',
  'errors',
  'from',
  'issue',
  'metrics',
  'next',
  'outcome',
  'plan',
  'previous',
  'product',
  'report',
  'requests',
  'requestedBy',
  'run',
  'started',
  'step',
  'to',
  'version',
  'weights',
  'window',
] as const;
export type MessageFact = (typeof messageFacts)[number];

/** What can be stated before there is a run: all that a message at `announced` may state. */
export const announcedFacts = [
  'action',
  'because',
  'environment',
  'next',
  'product',
  'report',
  'requestedBy',
  'version',
  'window',
] as const satisfies readonly MessageFact[];

/** Names between double braces, as a template has them. */
export function factsIn(template: string): string[] {
  return [...template.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, name = '']) => name);
}

export function isMessageFact(name: string): boolean {
  return (messageFacts as readonly string[]).includes(name);
}

export function isAnnouncedFact(name: string): boolean {
  return (announcedFacts as readonly string[]).includes(name);
}
