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

function secondsOfAct({ locks: [first], effort, fresh }: FreshAct, scene: Scene): number | undefined {
  if (effort === 'none') return 0;
  if (first === undefined) return undefined;
  if (fresh.includes(first.relation)) return 0;
  const fact = scene.factOf(first.relation);
  return fact === undefined ? undefined : secondsOf(effort, fact);
}
