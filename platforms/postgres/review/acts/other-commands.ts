import type { AlterTableCmd, AlterTableType } from 'libpg-query';
import { act, mayBreak, works, type Act } from '../act.js';
import type { Lock, LockMode } from '../lock-mode.js';
import { relationName } from '../names.js';

const titles: Partial<Record<AlterTableType, string>> = {
  AT_SetStatistics: 'SET STATISTICS',
  AT_SetOptions: 'SET (column options)',
  AT_ResetOptions: 'RESET (column options)',
  AT_ClusterOn: 'CLUSTER ON',
  AT_DropCluster: 'SET WITHOUT CLUSTER',
  AT_SetRelOptions: 'SET (options)',
  AT_ResetRelOptions: 'RESET (options)',
  AT_SetLogged: 'SET LOGGED',
  AT_SetUnLogged: 'SET UNLOGGED',
  AT_SetTableSpace: 'SET TABLESPACE',
  AT_SetAccessMethod: 'SET ACCESS METHOD',
  AT_SetStorage: 'SET STORAGE',
  AT_EnableRowSecurity: 'ENABLE ROW LEVEL SECURITY',
  AT_ForceRowSecurity: 'FORCE ROW LEVEL SECURITY',
  AT_ChangeOwner: 'OWNER TO',
};

/** From PostgreSQL 15, tablecmds.c, AlterTableGetLockLevel: all that is not named there takes the strongest. */
const weaker: Partial<Record<AlterTableType, LockMode>> = {
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ClusterOn: 'SHARE UPDATE EXCLUSIVE',
  AT_DropCluster: 'SHARE UPDATE EXCLUSIVE',
  AT_DetachPartitionFinalize: 'SHARE UPDATE EXCLUSIVE',
  AT_EnableTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableAlwaysTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableReplicaTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigUser: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrig: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigUser: 'SHARE ROW EXCLUSIVE',
};

/** Storage options that autovacuum and the planner read, and nobody else. */
const quietOption =
  /^(autovacuum_|toast\.autovacuum_|fillfactor$|toast_tuple_target$|parallel_workers$|vacuum_|log_autovacuum)/;

const rewriting: Partial<Record<AlterTableType, string>> = {
  AT_SetLogged: 'every page is written to the log',
  AT_SetUnLogged: 'the table is copied',
  AT_SetTableSpace: 'the table is copied',
  AT_SetAccessMethod: 'the table is copied',
  AT_AddIdentity: '',
  AT_SetExpression: 'every row gets its generated value',
};

const harmless = new Set<AlterTableType>([
  'AT_SetStatistics',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_ClusterOn',
  'AT_DropCluster',
  'AT_SetRelOptions',
  'AT_ResetRelOptions',
  'AT_SetLogged',
  'AT_SetTableSpace',
  'AT_SetAccessMethod',
  'AT_SetStorage',
  'AT_SetCompression',
  'AT_ReplicaIdentity',
  'AT_DetachPartitionFinalize',
]);

/** Commands of ALTER TABLE that need no more than a table of facts. */
export function otherCommandAct(table: string, command: AlterTableCmd, line: number): Act {
  const subtype = command.subtype ?? 'AT_GenericOptions';
  const title =
    titles[subtype] ??
    subtype
      .replace('AT_', '')
      .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toUpperCase();
  const why = rewriting[subtype];
  const rewrites = why === '' ? undefined : why;
  return act(`${title} of ${table}`, line, {
    locks: locksOf(table, command),
    rewrites,
    phase: harmless.has(subtype) ? 'neutral' : 'contract',
    live: harmless.has(subtype)
      ? works('it changes no answer')
      : mayBreak('it may answer or refuse otherwise than before'),
    reverse: { none: 'set what was there before' },
    problems:
      rewrites === undefined
        ? []
        : [
            {
              code: 'rewrites-table',
              severity: 'stop',
              because: `nobody can read ${table} while ${rewrites}`,
              safer: 'announce an outage, or fill a second table and exchange them',
              scales: true,
            },
          ],
  });
}

function locksOf(table: string, command: AlterTableCmd): Lock[] {
  const subtype = command.subtype ?? 'AT_GenericOptions';
  const { def } = command;
  if (subtype === 'AT_SetRelOptions' || subtype === 'AT_ResetRelOptions') {
    const options = def !== undefined && 'List' in def ? (def.List.items ?? []) : [];
    const quiet = options.every(
      (node) =>
        'DefElem' in node &&
        quietOption.test([node.DefElem.defnamespace, node.DefElem.defname].filter(Boolean).join('.')),
    );
    return [{ relation: table, mode: quiet ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE' }];
  }
  const parent =
    (subtype === 'AT_AddInherit' || subtype === 'AT_DropInherit') && def !== undefined && 'RangeVar' in def
      ? relationName(def.RangeVar)
      : undefined;
  const own: Lock = { relation: table, mode: weaker[subtype] ?? 'ACCESS EXCLUSIVE' };
  if (parent === undefined) return [own];
  return [own, { relation: parent, mode: subtype === 'AT_AddInherit' ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS SHARE' }];
}
