import type { AlterEnumStmt, Node } from 'libpg-query';
import { act, breaks, mayBreak, undoneBy, works, type Act, type Problem } from '../act.js';
import { quoteName, relationName, wordsOf } from '../names.js';
import type { Scene } from '../scene.js';

/** Types, functions, schemas, rights, and what no review can see into. */
export function looseAct(node: Node, line: number, scene: Scene): Act {
  const expand = (what: string, reverse: Act['reverse']) =>
    act(what, line, { phase: 'expand', live: works('it does not know it'), reverse, repeatable: false });
  const make = (kind: string, name: string, ifMissing?: boolean) => ({
    ...expand(`CREATE ${kind} ${name}`, undoneBy(`DROP ${kind} ${name}`, ifMissing)),
    repeatable: ifMissing === true,
  });
  const contract = (what: string, because: string) =>
    act(what, line, { phase: 'contract', live: mayBreak(because), reverse: { none: 'set what was there before' } });
  if ('AlterEnumStmt' in node) return enumAct(node.AlterEnumStmt, line, scene);
  if ('CreateEnumStmt' in node) return make('TYPE', wordsName(node.CreateEnumStmt.typeName));
  if ('CompositeTypeStmt' in node) return make('TYPE', relationName(node.CompositeTypeStmt.typevar));
  if ('CreateDomainStmt' in node)
    return {
      ...make('DOMAIN', wordsName(node.CreateDomainStmt.domainname)),
      problems: (node.CreateDomainStmt.constraints ?? []).some(isChecking) ? [domainConstraint] : [],
    };
  if ('CreateSchemaStmt' in node)
    return make('SCHEMA', quoteName(node.CreateSchemaStmt.schemaname ?? ''), node.CreateSchemaStmt.if_not_exists);
  if ('CreateExtensionStmt' in node)
    return make('EXTENSION', quoteName(node.CreateExtensionStmt.extname ?? ''), node.CreateExtensionStmt.if_not_exists);
  if ('CreateFunctionStmt' in node) {
    const name = wordsName(node.CreateFunctionStmt.funcname);
    const kind = node.CreateFunctionStmt.is_procedure === true ? 'PROCEDURE' : 'FUNCTION';
    if (node.CreateFunctionStmt.replace !== true) return make(kind, name);
    return {
      ...expand(`CREATE OR REPLACE ${kind} ${name}`, { none: 'the definition before must be read before' }),
      live: mayBreak('the function may answer otherwise than before'),
      repeatable: true,
    };
  }
  if ('GrantStmt' in node)
    return node.GrantStmt.is_grant === true
      ? { ...expand('GRANT', { none: 'REVOKE it, unless it was granted before' }), repeatable: true }
      : contract('REVOKE', 'it may lose a right that it uses');
  if ('AlterDomainStmt' in node) {
    const problem: Problem = {
      code: 'domain-locks',
      severity: 'warn',
      because: 'every column of the domain is checked while nobody can write to its table',
      safer: 'a CHECK … NOT VALID on each table',
    };
    const { subtype, def } = node.AlterDomainStmt;
    const later = def !== undefined && 'Constraint' in def && def.Constraint.skip_validation === true;
    // O: SET NOT NULL, C: ADD CONSTRAINT, V: VALIDATE; none of the others reads a row.
    const checks = subtype === 'O' || subtype === 'V' || (subtype === 'C' && !later);
    const altered = contract('ALTER DOMAIN', 'it refuses values that the application may still write');
    if (!checks) return altered;
    return { ...altered, alsoLocks: 'each table with a column of the domain (SHARE)', problems: [problem] };
  }
  if ('AlterOwnerStmt' in node) return contract('OWNER TO', 'it may lose a right that it uses');
  if ('VariableSetStmt' in node || 'VariableShowStmt' in node) return act('SET', line);
  if ('AlterDefaultPrivilegesStmt' in node)
    return act('ALTER DEFAULT PRIVILEGES', line, { reverse: { none: 'set what was there before' } });
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
      reverse: { none: 'only a backup has what was in it' },
      alone: 'DropdbStmt' in node,
      problems: [problem],
    });
  }
  if ('TransactionStmt' in node) return act('transaction control', line);
  const kind = (Object.keys(node)[0] ?? 'statement').replace(/Stmt$/, '');
  if (unseen.has(kind))
    return expand(kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase(), { none: 'drop it by its name' });
  const opaque: Problem = {
    code: 'not-understood',
    severity: 'warn',
    because:
      'DoStmt' in node || 'CallStmt' in node
        ? 'what its body does to tables, and locks, is not read'
        : 'what it does to tables can not be told from its text',
    unknown: true,
    safer: 'write it as plain statements, or try it on a copy',
  };
  return act('DoStmt' in node ? 'DO' : kind, line, {
    live: mayBreak('it can not be told'),
    alsoLocks: 'whatever it touches',
    reverse: { none: 'it can not be told' },
    repeatable: false,
    problems: [opaque],
  });
}

/** Made beside what is there: the application does not know of them. */
const unseen = new Set([
  'CreateCast',
  'Define',
  'CreateRange',
  'CreateOpClass',
  'CreateOpFamily',
  'CreateConversion',
  'CreateTransform',
  'CreateFdw',
  'CreateForeignServer',
  'CreateUserMapping',
  'CreateForeignTable',
  'CreateRole',
  'CreatePLang',
  'CreateAm',
  'Notify',
  'Listen',
  'Prepare',
]);

const domainConstraint: Problem = {
  code: 'domain-constraint',
  severity: 'note',
  because: 'to change it later checks every column of the domain while nobody can write to its table',
  safer: 'a CHECK on each table, which can be NOT VALID',
};

function isChecking(node: Node): boolean {
  return 'Constraint' in node && ['CONSTR_CHECK', 'CONSTR_NOTNULL'].includes(node.Constraint.contype ?? '');
}

const unordered: Problem = {
  code: 'enum-order',
  severity: 'note',
  because: 'the value comes last in the order of the enum, and stays there',
  safer: 'ADD VALUE … BEFORE or AFTER the one that it belongs to',
};

function enumAct(statement: AlterEnumStmt, line: number, scene: Scene): Act {
  const type = wordsName(statement.typeName);
  const { oldVal, newVal = '' } = statement;
  if (oldVal !== undefined) {
    const problem: Problem = {
      code: 'renames',
      severity: 'stop',
      because: 'both slots run for a while, and each knows one of the names',
      safer: 'add a value, write it from the next release on, and leave the other',
    };
    return act(`RENAME VALUE of ${type}`, line, {
      phase: 'contract',
      live: breaks('it uses the name before'),
      reverse: { sql: `ALTER TYPE ${type} RENAME VALUE ${quoteText(newVal)} TO ${quoteText(oldVal)}` },
      problems: [problem],
    });
  }
  return act(`ADD VALUE to ${type}`, line, {
    phase: 'expand',
    live: scene.fresh.has(type)
      ? works('it does not know the type')
      : mayBreak('it may read a value that it does not know'),
    reverse: { none: 'PostgreSQL can not drop a value of an enum' },
    repeatable: statement.skipIfNewValExists === true,
    problems: statement.newValNeighbor === undefined ? [unordered] : [],
  });
}

function wordsName(words: readonly Node[] | undefined): string {
  return (words ?? []).flatMap(wordsOf).map(quoteName).join('.');
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
