import type { AlterObjectSchemaStmt, Node, RangeVar } from 'libpg-query';
import { act, breaks, mayBreak, undoneBy, works, type Act, type Problem } from '../act.js';
import type { Lock, LockMode } from '../lock-mode.js';
import { listName, quoteName, relationName, wordsOf } from '../names.js';
import { objectWord } from './object-words.js';

/** Triggers, rules, policies, statistics, sequences: what hangs on a table. */
export function attachedAct(node: Node, line: number): Act | undefined {
  const on = (relation: Parameters<typeof relationName>[0], mode: LockMode): Lock[] => [
    { relation: relationName(relation), mode },
  ];
  const otherwise = mayBreak('its rows are treated otherwise than before');
  if ('CreateTrigStmt' in node) {
    const { trigname = '', relation, replace } = node.CreateTrigStmt;
    const reverse = dropped('TRIGGER', trigname, relation, replace);
    return act(`CREATE TRIGGER ${quoteName(trigname)}`, line, {
      repeatable: replace === true,
      locks: on(relation, 'SHARE ROW EXCLUSIVE'),
      phase: 'expand',
      live: otherwise,
      reverse,
    });
  }
  if ('RuleStmt' in node) {
    const { rulename = '', relation, replace } = node.RuleStmt;
    return act(`CREATE RULE ${quoteName(rulename)}`, line, {
      locks: on(relation, 'ACCESS EXCLUSIVE'),
      phase: 'expand',
      live: otherwise,
      reverse: dropped('RULE', rulename, relation, replace),
    });
  }
  if ('CreatePolicyStmt' in node) {
    const { policy_name: name = '', table } = node.CreatePolicyStmt;
    return act(`CREATE POLICY ${quoteName(name)}`, line, {
      locks: on(table, 'ACCESS EXCLUSIVE'),
      phase: 'expand',
      live: otherwise,
      reverse: dropped('POLICY', name, table),
    });
  }
  if ('AlterPolicyStmt' in node) {
    return act(`ALTER POLICY ${quoteName(node.AlterPolicyStmt.policy_name ?? '')}`, line, {
      locks: on(node.AlterPolicyStmt.table, 'ACCESS EXCLUSIVE'),
      phase: 'contract',
      live: otherwise,
      reverse: { none: 'set what was there before' },
    });
  }
  if ('CreateStatsStmt' in node) {
    const locks = (node.CreateStatsStmt.relations ?? []).flatMap((item) =>
      'RangeVar' in item ? on(item.RangeVar, 'SHARE UPDATE EXCLUSIVE') : [],
    );
    const name = (node.CreateStatsStmt.defnames ?? []).flatMap(wordsOf).map(quoteName).join('.');
    return act(`CREATE STATISTICS ${name}`, line, {
      locks,
      phase: 'expand',
      reverse:
        name === ''
          ? { none: 'PostgreSQL chooses its name' }
          : undoneBy(`DROP STATISTICS ${name}`, node.CreateStatsStmt.if_not_exists),
    });
  }
  if ('CreateSeqStmt' in node) {
    const name = relationName(node.CreateSeqStmt.sequence);
    return act(`CREATE SEQUENCE ${name}`, line, {
      repeatable: node.CreateSeqStmt.if_not_exists === true,
      phase: 'expand',
      live: works('it does not know it'),
      reverse: undoneBy(`DROP SEQUENCE ${name}`, node.CreateSeqStmt.if_not_exists),
    });
  }
  if ('AlterSeqStmt' in node) {
    return act(`ALTER SEQUENCE ${relationName(node.AlterSeqStmt.sequence)}`, line, {
      locks: on(node.AlterSeqStmt.sequence, 'SHARE ROW EXCLUSIVE'),
      phase: 'contract',
      live: mayBreak('it is given other numbers'),
      reverse: { none: 'set what was there before' },
    });
  }
  if ('AlterObjectSchemaStmt' in node) {
    const { relation, object, newschema = '' } = node.AlterObjectSchemaStmt;
    const name = relation === undefined ? listName(object) : relationName(relation);
    const problem: Problem = {
      code: 'renames',
      severity: 'stop',
      because: 'both slots run for a while, and each knows one of the names',
      safer:
        relation === undefined
          ? 'make a second one in the other schema, and drop the first in a later release'
          : 'make a view in the other schema, and move it in a later release',
    };
    return act(`SET SCHEMA ${quoteName(newschema)} of ${name}`, line, {
      locks: relation === undefined ? [] : on(relation, 'ACCESS EXCLUSIVE'),
      phase: 'contract',
      live: breaks('it uses the name before'),
      reverse: movedBack(node.AlterObjectSchemaStmt),
      problems: [problem],
    });
  }
  return undefined;
}

function dropped(kind: string, name: string, on: RangeVar | undefined, replaced?: boolean): Act['reverse'] {
  if (replaced === true) return { none: 'the definition before must be read before' };
  return { sql: `DROP ${kind} ${quoteName(name)} ON ${relationName(on)}` };
}

/** Only a name with its schema tells where it was. */
function movedBack({
  objectType = 'OBJECT_TABLE',
  relation,
  object,
  newschema = '',
}: AlterObjectSchemaStmt): Act['reverse'] {
  const words = relation === undefined ? wordsOf(object) : [relation.schemaname, relation.relname ?? ''];
  const [schema, name] = words.slice(-2);
  if (words.length < 2 || schema === undefined || name === undefined) return { none: 'set the schema that it was in' };
  const moved = `${quoteName(newschema)}.${quoteName(name)}`;
  return { sql: `ALTER ${objectWord(objectType)} ${moved} SET SCHEMA ${quoteName(schema)}` };
}
