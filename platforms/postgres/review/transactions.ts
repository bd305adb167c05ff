import type { Node } from 'libpg-query';
import { isTransactional } from '../read-migration.js';
import type { Problem } from './act.js';
import { runnerOf, type Runner } from './runner.js';
import type { Script } from './script.js';

export interface InTransaction {
  /** Number of the transaction in its file; undefined: it commits by itself. */
  readonly transaction: number | undefined;
  readonly problems: readonly Problem[];
}

export interface Piece {
  readonly node: Node;
  /** Cannot run in a transaction. */
  readonly alone: boolean;
}

/** Which statements of a script share a transaction: the runner's, or one that the script begins itself. */
export function transactionsOf(script: Script, pieces: readonly Piece[]): InTransaction[] {
  const runner = runnerOf(script.runner);
  const around = aroundOf(script, pieces, runner);
  const outer = around === 'transaction' || (around === 'query' && pieces.length > 1) ? 0 : undefined;
  let current = outer;
  let begun = false;
  let count = 0;
  const placed: InTransaction[] = [];
  for (const { node } of pieces) {
    const kind = controlOf(node);
    if (kind === undefined || around === 'transaction') {
      placed.push({ transaction: current, problems: kind === undefined ? [] : [endsTransaction(runner)] });
      continue;
    }
    const problems = (kind === 'begin') === begun ? [nesting(kind)] : [];
    const before = current;
    begun = kind === 'begin';
    count += 1;
    current = begun || outer !== undefined ? count : undefined;
    placed.push({ transaction: begun ? current : before, problems });
  }
  const last = placed.at(-1);
  if (!begun || last === undefined) return placed;
  return [...placed.slice(0, -1), { ...last, problems: [...last.problems, neverCommits] }];
}

function aroundOf({ runner: name, sql }: Script, pieces: readonly Piece[], runner: Runner): Runner['around'] {
  if (!isTransactional(sql)) return 'nothing';
  const begins = pieces.some(({ node }) => controlOf(node) === 'begin');
  if (name === 'rails' && begins) return 'nothing';
  if (runner.around !== 'either') return runner.around;
  return pieces.length > 0 && pieces.every(({ alone }) => alone) ? 'nothing' : 'transaction';
}

/** Savepoints are no control: they stay within. */
function controlOf(node: Node): 'begin' | 'end' | undefined {
  if (!('TransactionStmt' in node)) return undefined;
  const { kind = '' } = node.TransactionStmt;
  if (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') return 'begin';
  return kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK' || kind === 'TRANS_STMT_PREPARE'
    ? 'end'
    : undefined;
}

function endsTransaction({ outside }: Runner): Problem {
  return {
    code: 'ends-transaction',
    severity: 'stop',
    because: 'the file runs in a transaction of its own',
    safer: `leave it out, or run what must commit by itself ${outside}`,
  };
}

function nesting(kind: 'begin' | 'end'): Problem {
  return {
    code: 'transaction-nesting',
    severity: 'warn',
    because:
      kind === 'begin'
        ? 'a transaction is open already: PostgreSQL only warns, and the first COMMIT ends both'
        : 'no transaction is open: PostgreSQL only warns, and what was meant to be one was not',
    safer: kind === 'begin' ? 'SAVEPOINT, or leave it out' : 'BEGIN before it, or leave it out',
  };
}

const neverCommits: Problem = {
  code: 'never-commits',
  severity: 'stop',
  because:
    'the file ends within a transaction: all of it is undone when the connection closes, or stays locked until then',
  safer: 'COMMIT at its end',
};
