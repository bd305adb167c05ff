import type { Approvers } from '../../contract/approver.js';
import { longestWords, type DecisionKind, type Statement } from '../../contract/decision.js';
import { digestOf } from '../../contract/json.js';
import { planHash, type Plan } from '../../contract/plan.js';
import type { Asking } from '../../pipeline/people/asking.js';
import type { Vouched } from '../../pipeline/people/people.js';
import type { GitHubWord } from './github-words.js';

const kinds: Readonly<Record<string, Exclude<DecisionKind, 'waived'>>> = {
  approve: 'approved',
  reject: 'rejected',
  sign: 'signed',
};

/**
 * A comment says `crossfade approve RUN`, `crossfade reject RUN` or `crossfade sign RUN ITEM`, and why; a review of a
 * deployment has to name the run in its comment, because it is about a workflow, which may deploy more than once. Words
 * about no run, or about another one, are none. Pure.
 */
export function vouchedByGitHub(
  word: GitHubWord,
  plan: Plan,
  askings: readonly Asking[],
  approvers: Approvers,
): Vouched[] {
  const said = readWord(word, plan);
  if (said === undefined) return [];
  const found = `${word.login} at ${word.address}`;
  const proof = { by: 'github', login: word.login, address: word.address };
  const approver = Object.entries(approvers).find(
    ([, { github }]) => github?.toLowerCase() === word.login.toLowerCase(),
  );
  if (approver === undefined) {
    const problem = `no approver of this environment is ${word.login} at GitHub`;
    return [{ statement: undefined, words: said.words, found, proof, problem }];
  }
  const problem = problemOf(word, said.plan, plan);
  return askings
    .filter(({ item }) => said.item === undefined || said.item === item)
    .map(({ item }) => {
      const statement: Statement = {
        says: 'crossfade decision 1',
        kind: said.kind,
        environment: plan.environment,
        run: plan.run,
        plan: planHash(plan),
        item,
        approver: approver[0],
        at: word.at,
        words: digestOf(said.words),
      };
      return { statement, words: said.words, found, proof, problem };
    });
}

interface Said {
  readonly kind: Exclude<DecisionKind, 'waived'>;
  readonly item: string | undefined;
  readonly words: string;
  /** What they name of the plan's hash. */
  readonly plan: string | undefined;
}

function readWord({ text, clicked }: GitHubWord, { run }: Plan): Said | undefined {
  const plan = /\bsha256:([0-9a-f]{12,64})\b/.exec(text)?.[1];
  if (clicked !== undefined) {
    if (!text.split(/[^A-Za-z0-9-]+/).includes(run)) return undefined;
    return { kind: clicked === 'approve' ? 'approved' : 'rejected', item: undefined, words: short(text), plan };
  }
  for (const line of text.split(/\r?\n/)) {
    const [command, verb = '', about, first = '', ...rest] = line.trim().split(/\s+/);
    const kind = kinds[verb];
    if (command !== 'crossfade' || kind === undefined || about !== run) continue;
    const item = kind === 'signed' ? first : undefined;
    const words = (kind === 'signed' ? rest : [first, ...rest]).join(' ').trim();
    return { kind, item, words: short(words === '' ? line.trim() : words), plan };
  }
  return undefined;
}

function problemOf({ edited, person, login }: GitHubWord, named: string | undefined, plan: Plan): string | undefined {
  if (!person) return `${login} is no person`;
  if (edited) return `what ${login} wrote was edited since, and anybody who may write there can do that`;
  const hash = planHash(plan).slice('sha256:'.length);
  if (named !== undefined && !hash.startsWith(named))
    return `${login} names another plan than the one that would be carried out`;
  return undefined;
}

function short(text: string): string {
  return text.slice(0, longestWords);
}
