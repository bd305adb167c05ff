import type { Act, PlacedAct, Problem } from './act.js';
import { actsOf } from './acts-of.js';
import { secondsOf } from './estimate.js';
import { insteadOf } from './instead.js';
import type { ParsedStatement } from './parse-sql.js';
import type { Scene } from './scene.js';
import type { Script } from './script.js';
import { transactionsOf } from './transactions.js';

type FreshAct = Act & Pick<PlacedAct, 'fresh'>;

/** What the statements of a script do, each where it stands: in which transaction, on what, and for how long. */
export function placedActs(script: Script, statements: readonly ParsedStatement[], scene: Scene): PlacedAct[] {
  const made = statements.map((statement): FreshAct[] => {
    scene.fresh.nextStatement();
    return actsOf(statement, scene).map((act) => ({
      ...act,
      fresh: act.locks.map(({ relation }) => relation).filter((relation) => scene.fresh.hadBefore(relation)),
    }));
  });
  const pieces = statements.map(({ node }, index) => ({
    node,
    alone: made[index]?.some(({ alone }) => alone) ?? false,
  }));
  const transactions = transactionsOf(script, pieces);
  return made.flatMap((acts, index) =>
    acts.map((act): PlacedAct => {
      const { transaction, problems = [] } = transactions[index] ?? { transaction: undefined };
      const own = act.problems.map((problem) => withInstead(problem, statements[index], script));
      const seconds = secondsOfAct(act, scene);
      return { ...act, statement: index, problems: [...own, ...problems], transaction, seconds };
    }),
  );
}

function withInstead(problem: Problem, statement: ParsedStatement | undefined, { runner }: Script): Problem {
  const instead = statement === undefined ? undefined : insteadOf(problem.code, statement, runner);
  return instead === undefined ? problem : { ...problem, instead };
}

/** Rows are read or changed in the first table; written anew they are in each. */
function secondsOfAct({ locks, effort, fresh }: FreshAct, scene: Scene): number | undefined {
  if (effort === 'none') return 0;
  const worked = effort === 'rewrite' ? locks.filter(({ mode }) => mode === 'ACCESS EXCLUSIVE') : locks.slice(0, 1);
  if (worked.length === 0) return undefined;
  let seconds = 0;
  for (const { relation } of worked) {
    if (fresh.includes(relation)) continue;
    const fact = scene.factOf(relation);
    if (fact === undefined) return undefined;
    seconds += secondsOf(effort, fact);
  }
  return seconds;
}
