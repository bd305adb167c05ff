import type { Node } from 'libpg-query';
import { act, breaks, mayBreak, works, type Act, type Problem } from '../act.js';
import { lockModes, type Lock, type LockMode } from '../lock-mode.js';
import { listName, quoteName, relationName, wordsOf } from '../names.js';
import type { Scene } from '../scene.js';

type Of<Kind extends string> = Extract<Node, Record<Kind, unknown>>[Kind & keyof Extract<Node, Record<Kind, unknown>>];

/** Upkeep of tables: VACUUM, ANALYZE, CLUSTER, REFRESH, LOCK, COMMENT. */
export function upkeepAct(node: Node, line: number): Act | undefined {
  if ('VacuumStmt' in node) return vacuumAct(node.VacuumStmt, line);
  if ('ClusterStmt' in node) {
    const table = relationName(node.ClusterStmt.relation);
    return rewriting(`CLUSTER ${table}`, line, table);
  }
  if ('RefreshMatViewStmt' in node) {
    const view = relationName(node.RefreshMatViewStmt.relation);
    const concurrent = node.RefreshMatViewStmt.concurrent === true;
    const problem: Problem = {
      code: 'refresh-locks',
      severity: 'warn',
      because: `nobody can read ${view} until it is filled`,
      safer: 'REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on it',
    };
    return act(`REFRESH ${view}`, line, {
      locks: [{ relation: view, mode: concurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE' }],
      scans: 'its query runs',
      problems: concurrent ? [] : [problem],
    });
  }
  if ('LockStmt' in node) {
    const mode = lockModes[(node.LockStmt.mode ?? 1) - 1] ?? 'ACCESS EXCLUSIVE';
    const locks = (node.LockStmt.relations ?? []).flatMap((item) =>
      'RangeVar' in item ? [{ relation: relationName(item.RangeVar), mode }] : [],
    );
    const problem: Problem = {
      code: 'locks-by-hand',
      severity: 'warn',
      because: 'it is held until the file ends, whatever else stands in it',
      safer: 'leave it to the statement that needs it',
    };
    return act(`LOCK ${locks.map(({ relation }) => relation).join(', ')}`, line, { locks, problems: [problem] });
  }
  if ('CommentStmt' in node) {
    const { objtype, object } = node.CommentStmt;
    const column = objtype === 'OBJECT_COLUMN' || objtype === 'OBJECT_TABCONSTRAINT' || objtype === 'OBJECT_TRIGGER';
    const table = column ? listName(object, 1) : listName(object);
    const locked = column || objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_VIEW' || objtype === 'OBJECT_INDEX';
    return act(`COMMENT ON ${table}`, line, {
      locks: locked ? [{ relation: table, mode: 'SHARE UPDATE EXCLUSIVE' }] : [],
    });
  }
  return undefined;
}

function vacuumAct(statement: Of<'VacuumStmt'>, line: number): Act {
  const tables = (statement.rels ?? []).flatMap((item) =>
    'VacuumRelation' in item ? [relationName(item.VacuumRelation.relation)] : [],
  );
  const full = (statement.options ?? []).some((item) => 'DefElem' in item && item.DefElem.defname === 'full');
  const vacuum = statement.is_vacuumcmd === true;
  if (full) return { ...rewriting(`VACUUM FULL ${tables.join(', ')}`, line, ...tables), alone: true };
  return act(`${vacuum ? 'VACUUM' : 'ANALYZE'} ${tables.join(', ')}`, line, {
    locks: tables.map((relation) => ({ relation, mode: 'SHARE UPDATE EXCLUSIVE' })),
    ...(tables.length === 0 ? { alsoLocks: 'every table in turn (SHARE UPDATE EXCLUSIVE)' } : {}),
    scans: 'rows are read, while all go on reading and writing',
    alone: vacuum,
  });
}

function rewriting(what: string, line: number, ...tables: readonly string[]): Act {
  const rewrites = 'every row is copied';
  const problem: Problem = {
    code: 'rewrites-table',
    severity: 'stop',
    because: `nobody can read ${tables.join(', ') || 'any table'} while ${rewrites}`,
    safer: 'VACUUM alone, or pg_repack',
  };
  return act(what, line, {
    locks: tables.map((relation) => ({ relation, mode: 'ACCESS EXCLUSIVE' })),
    rewrites,
    problems: [problem],
  });
}

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

/** Types, functions, schemas, rights, and what no review can see into. */
export function looseAct(node: Node, line: number, scene: Scene): Act {
  const expand = (what: string, reverse: Act['reverse'] = { none: 'drop it' }) =>
    act(what, line, { phase: 'expand', live: works('it does not know it'), reverse });
  const contract = (what: string, because: string) =>
    act(what, line, { phase: 'contract', live: mayBreak(because), reverse: { none: 'set what was there before' } });
  if ('AlterEnumStmt' in node) return enumAct(node.AlterEnumStmt, line, scene);
  if ('CreateEnumStmt' in node)
    return expand(`CREATE TYPE ${(node.CreateEnumStmt.typeName ?? []).flatMap(wordsOf).join('.')}`);
  if ('CompositeTypeStmt' in node) return expand(`CREATE TYPE ${relationName(node.CompositeTypeStmt.typevar)}`);
  if ('CreateDomainStmt' in node)
    return expand(`CREATE DOMAIN ${(node.CreateDomainStmt.domainname ?? []).flatMap(wordsOf).join('.')}`);
  if ('CreateSchemaStmt' in node) return expand(`CREATE SCHEMA ${quoteName(node.CreateSchemaStmt.schemaname ?? '')}`);
  if ('CreateExtensionStmt' in node)
    return expand(`CREATE EXTENSION ${quoteName(node.CreateExtensionStmt.extname ?? '')}`);
  if ('CreateFunctionStmt' in node) {
    const name = (node.CreateFunctionStmt.funcname ?? []).flatMap(wordsOf).join('.');
    if (node.CreateFunctionStmt.replace !== true) return expand(`CREATE FUNCTION ${name}`);
    return {
      ...expand(`CREATE OR REPLACE FUNCTION ${name}`, { none: 'the definition before must be read before' }),
      live: mayBreak('the function may answer otherwise than before'),
    };
  }
  if ('GrantStmt' in node)
    return node.GrantStmt.is_grant === true ? expand('GRANT') : contract('REVOKE', 'it may lose a right that it uses');
  if ('AlterDomainStmt' in node) {
    const problem: Problem = {
      code: 'domain-locks',
      severity: 'warn',
      because: 'every column of the domain is checked while nobody can write to its table',
      safer: 'a CHECK … NOT VALID on each table',
    };
    return {
      ...contract('ALTER DOMAIN', 'it refuses values that the application may still write'),
      alsoLocks: 'each table with a column of the domain (SHARE)',
      problems: [problem],
    };
  }
  if ('VariableSetStmt' in node || 'VariableShowStmt' in node || 'AlterDefaultPrivilegesStmt' in node)
    return act(Object.keys(node)[0] === 'AlterDefaultPrivilegesStmt' ? 'ALTER DEFAULT PRIVILEGES' : 'SET', line);
  if ('DropdbStmt' in node || 'DropRoleStmt' in node) {
    const problem: Problem = {
      code: 'drops-more-than-a-table',
      severity: 'stop',
      because: 'a release has no business with whole databases or accounts',
      safer: 'do it by hand',
    };
    return act('DROP DATABASE or ROLE', line, {
      phase: 'contract',
      live: breaks('it may still use it'),
      alone: 'DropdbStmt' in node,
      problems: [problem],
    });
  }
  if ('TransactionStmt' in node) {
    const point = /SAVEPOINT|RELEASE|ROLLBACK_TO/.test(node.TransactionStmt.kind ?? '');
    const problem: Problem = {
      code: 'ends-transaction',
      severity: 'stop',
      because: 'the file runs in a transaction of its own',
      safer: "leave it out, or let the file begin with '-- crossfade: no-transaction'",
    };
    return act('transaction control', line, { problems: scene.transactional && !point ? [problem] : [] });
  }
  const opaque: Problem = {
    code: 'not-understood',
    severity: 'warn',
    because: 'what it does to tables can not be told from its text',
    safer: 'write it as plain statements, or try it on a copy',
  };
  const kind = (Object.keys(node)[0] ?? 'statement').replace(/Stmt$/, '');
  return act('DoStmt' in node ? 'DO' : kind, line, {
    live: mayBreak('it can not be told'),
    alsoLocks: 'whatever it touches',
    reverse: { none: 'it can not be told' },
    problems: [opaque],
  });
}

function enumAct(statement: Of<'AlterEnumStmt'>, line: number, scene: Scene): Act {
  const type = (statement.typeName ?? []).flatMap(wordsOf).join('.');
  if (statement.oldVal !== undefined) {
    const problem: Problem = {
      code: 'renames',
      severity: 'stop',
      because: 'both slots run for a while, and each knows one of the names',
      safer: 'add a value, write it from the next release on, and leave the other',
    };
    return act(`RENAME VALUE of ${type}`, line, {
      phase: 'contract',
      live: breaks('it uses the name before'),
      problems: [problem],
    });
  }
  return act(`ADD VALUE to ${type}`, line, {
    phase: 'expand',
    live: scene.fresh.has(type)
      ? works('it does not know the type')
      : mayBreak('it may read a value that it does not know'),
    reverse: { none: 'PostgreSQL can not drop a value of an enum' },
  });
}
