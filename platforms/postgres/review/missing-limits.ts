import type { PlacedAct } from './act.js';
import type { Finding } from './file-findings.js';
import { blockedBy } from './lock-mode.js';
import type { ParsedStatement } from './parse-sql.js';
import { runnerOf } from './runner.js';
import type { Script } from './script.js';

/** Before the first lock that others wait for, a runner that sets no limits must be given them. */
export function missingLimits(
  script: Script,
  statements: readonly ParsedStatement[],
  acts: readonly PlacedAct[],
): Finding[] {
  if (runnerOf(script.runner).limits) return [];
  const first = acts.find(({ locks }) => locks.some(({ mode }) => blockedBy(mode) !== 'nothing'));
  if (first === undefined) return [];
  const set = statements.flatMap(({ node, line }) =>
    'VariableSetStmt' in node && line <= first.line ? [node.VariableSetStmt.name ?? ''] : [],
  );
  const missing = (name: string, because: string, value: string): Finding[] =>
    set.includes(name)
      ? []
      : [
          {
            migration: script.id,
            line: first.line,
            code: `no-${name.replace('_', '-')}`,
            severity: 'warn',
            because: `${first.what} ${because}`,
            safer: `SET ${name} = '${value}' before it, or for the role that migrates`,
          },
        ];
  return [
    ...missing('lock_timeout', 'waits for its lock without end, and every query of the table behind it', '5s'),
    ...missing('statement_timeout', 'may take without end while it holds its lock', '15min'),
  ];
}
