import type { Node } from 'libpg-query';
import { act, breaks, mayBreak, works, type Act, type Problem } from '../act.js';
import type { Lock, LockMode } from '../lock-mode.js';
import { listName, quoteName, relationName, wordsOf } from '../names.js';

/** Triggers, rules, policies, statistics, sequences: what hangs on a table. */
export function attachedAct(node: Node, line: number): Act | undefined {
  const on = (relation: Parameters<typeof relationName>[0], mode: LockMode): Lock[] => [
    { relation: relationName(relation), mode },
  ];
  const otherwise = mayBreak('its rows are treated otherwise than before');
  if ('CreateTrigStmt' in node) {
    const { trigname = '', relation } = node.CreateTrigStmt;
    const reverse = { sql: `DROP TRIGGER ${quoteName(trigname)} ON ${relationName(relation)}` };
    return act(`CREATE TRIGGER ${quoteName(trigname)}`, line, {
      repeatable: node.CreateTrigStmt.replace === true,
      locks: on(relation, 'SHARE ROW EXCLUSIVE'),
      phase: 'expand',
      live: otherwise,
      reverse,
    });
  }
  if ('RuleStmt' in node) {
    return act(`CREATE RULE ${quoteName(node.RuleStmt.rulename ?? '')}`, line, {
      locks: on(node.RuleStmt.relation, 'ACCESS EXCLUSIVE'),
      phase: 'expand',
      live: otherwise,
    });
  }
  if ('CreatePolicyStmt' in node) {
    return act(`CREATE POLICY ${quoteName(node.CreatePolicyStmt.policy_name ?? '')}`, line, {
      locks: on(node.CreatePolicyStmt.table, 'ACCESS EXCLUSIVE'),
      phase: 'expand',
      live: otherwise,
    });
  }
  if ('AlterPolicyStmt' in node) {
    return act(`ALTER POLICY ${quoteName(node.AlterPolicyStmt.policy_name ?? '')}`, line, {
      locks: on(node.AlterPolicyStmt.table, 'ACCESS EXCLUSIVE'),
      phase: 'contract',
      live: otherwise,
    });
  }
  if ('CreateStatsStmt' in node) {
    const locks = (node.CreateStatsStmt.relations ?? []).flatMap((item) =>
      'RangeVar' in item ? on(item.RangeVar, 'SHARE UPDATE EXCLUSIVE') : [],
    );
    return act(`CREATE STATISTICS ${(node.CreateStatsStmt.defnames ?? []).flatMap(wordsOf).join('.')}`, line, {
      locks,
      phase: 'expand',
    });
  }
  if ('CreateSeqStmt' in node) {
    const name = relationName(node.CreateSeqStmt.sequence);
    return act(`CREATE SEQUENCE ${name}`, line, {
      repeatable: node.CreateSeqStmt.if_not_exists === true,
      phase: 'expand',
      live: works('it does not know it'),
      reverse: { sql: `DROP SEQUENCE ${name}` },
    });
  }
  if ('AlterSeqStmt' in node) {
    return act(`ALTER SEQUENCE ${relationName(node.AlterSeqStmt.sequence)}`, line, {
      locks: on(node.AlterSeqStmt.sequence, 'SHARE ROW EXCLUSIVE'),
      phase: 'contract',
      live: mayBreak('it is given other numbers'),
    });
  }
  if ('AlterObjectSchemaStmt' in node) {
    const { relation, object, newschema = '' } = node.AlterObjectSchemaStmt;
    const name = relation === undefined ? listName(object) : relationName(relation);
    const problem: Problem = {
      code: 'renames',
      severity: 'stop',
      because: 'both slots run for a while, and each knows one of the names',
      safer: 'make a view in the other schema, and move it in a later release',
    };
    return act(`SET SCHEMA ${quoteName(newschema)} of ${name}`, line, {
      locks: relation === undefined ? [] : on(relation, 'ACCESS EXCLUSIVE'),
      phase: 'contract',
      live: breaks('it uses the name before'),
      problems: [problem],
    });
  }
  return undefined;
}
