import { checkSchema } from '../../contract/gate.js';
import { checklistItemSchema, type ChecklistItem, type PlannedChecklist } from '../../contract/checklist.js';
import { digestOf } from '../../contract/json.js';
import { parse } from '../../contract/parse.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Questions } from '../../pipeline/questions.js';

type Answer = Verdict['answer'] | Error | Verdict | ((signal: AbortSignal) => Promise<Verdict>);

/** Answers by item, yes where nothing else is said; keeps what it was asked, in order. */
export class FakeQuestions implements Questions {
  readonly asked: string[] = [];
  readonly answers: Record<string, Answer> = {};

  async ask(...[check, about, signal]: Parameters<Questions['ask']>): Promise<Verdict> {
    this.asked.push(about.item);
    const answer = this.answers[about.item] ?? 'yes';
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer(signal);
    if (typeof answer === 'object') return answer;
    return Promise.resolve({ answer, because: `${check.kind} says so`, evidence: {} });
  }
}

/** An item with this check; what else is said of it replaces the rest. */
export function someItem(id: string, check: unknown, changes: Partial<ChecklistItem> = {}): ChecklistItem {
  const item = {
    id,
    title: `item ${id}`,
    phase: [],
    moment: 'before',
    place: { file: 'RELEASE.md', line: 1 },
    role: 'engineer',
    environments: [],
    optional: false,
    covers: [],
    parents: [],
    proposed: false,
    check: parse(checkSchema, check, 'test'),
    ...changes,
  };
  return parse(checklistItemSchema, item, 'test');
}

export function someChecklist(...items: readonly ChecklistItem[]): PlannedChecklist {
  return { file: 'RELEASE.md', title: 'Release', roles: {}, items: [...items], digest: digestOf('a test') };
}
