import type { AlterTableCmd, AlterTableStmt } from 'libpg-query';
import { act, breaks, type Act } from '../act.js';
import { quoteName, relationName } from '../names.js';
import { isProvenNotNull, type Scene } from '../scene.js';
import { addColumnAct } from './add-column.js';
import { alterColumnAct } from './alter-column.js';
import { changeTypeAct } from './change-type.js';
import { addConstraintAct, dropConstraintAct, validateConstraintAct } from './constraints.js';
import { otherCommandAct } from './other-commands.js';
import { attachAct, detachAct } from './partitions.js';

/** One act per command; the statement takes the strongest of their locks at once. */
export function alterTableActs(statement: AlterTableStmt, line: number, scene: Scene): Act[] {
  const table = relationName(statement.relation);
  return (statement.cmds ?? []).flatMap((node) =>
    'AlterTableCmd' in node ? [commandAct(table, node.AlterTableCmd, line, scene)] : [],
  );
}

function commandAct(table: string, command: AlterTableCmd, at: number, scene: Scene): Act {
  const { subtype, def, name = '' } = command;
  const line =
    def !== undefined && 'ColumnDef' in def && def.ColumnDef.location !== undefined
      ? scene.lineOf(def.ColumnDef.location)
      : at;
  switch (subtype) {
    case 'AT_AddColumn':
      if (def !== undefined && 'ColumnDef' in def)
        return addColumnAct(table, def.ColumnDef, line, command.missing_ok === true);
      break;
    case 'AT_DropColumn':
      return act(`DROP COLUMN ${table}.${quoteName(name)}`, line, {
        locks: [{ relation: table, mode: 'ACCESS EXCLUSIVE' }],
        phase: 'contract',
        live: breaks('it names the column'),
        reverse: { none: 'only a backup has its values' },
        repeatable: command.missing_ok === true,
        problems:
          command.behavior === 'DROP_CASCADE'
            ? [
                {
                  code: 'cascades',
                  severity: 'warn',
                  because: 'CASCADE drops every view and key that hangs on it',
                  safer: 'name each of them',
                },
              ]
            : [],
      });
    case 'AT_ColumnDefault':
      return alterColumnAct(def === undefined ? 'drop default' : 'set default', table, name, line, false);
    case 'AT_SetNotNull':
      return alterColumnAct('set not null', table, name, line, isProvenNotNull(scene, table, name));
    case 'AT_DropNotNull':
      return alterColumnAct('drop not null', table, name, line, false);
    case 'AT_AlterColumnType':
      return changeTypeAct(table, command, at, scene);
    case 'AT_AddConstraint':
      if (def !== undefined && 'Constraint' in def)
        return named(addConstraintAct(table, def.Constraint, scene.lineOf(def.Constraint.location), scene), {
          makes: def.Constraint.conname,
        });
      break;
    case 'AT_ValidateConstraint':
      return validateConstraintAct(table, name, line, scene);
    case 'AT_DropConstraint':
      return named(dropConstraintAct(table, command, line), { removes: name });
    case 'AT_AttachPartition':
      if (def !== undefined && 'PartitionCmd' in def) return attachAct(table, def.PartitionCmd, line);
      break;
    case 'AT_DetachPartition':
      if (def !== undefined && 'PartitionCmd' in def) return detachAct(table, def.PartitionCmd, line, scene);
      break;
    default:
  }
  return otherCommandAct(table, command, line);
}

function named(made: Act, { makes, removes }: { readonly makes?: string | undefined; readonly removes?: string }): Act {
  return { ...made, ...(makes === undefined ? {} : { makes }), ...(removes === undefined ? {} : { removes }) };
}
