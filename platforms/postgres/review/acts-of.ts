import type { ParsedStatement } from './parse-sql.js';
import type { Act } from './act.js';
import { alterTableActs } from './acts/alter-table.js';
import { indexAct } from './acts/indexes.js';
import { attachedAct } from './acts/attached.js';
import { createTableAct, queryTableAct } from './acts/create-table.js';
import { dropAct } from './acts/drop.js';
import { looseAct } from './acts/loose.js';
import { queryAct } from './acts/query.js';
import { renameAct } from './acts/rename.js';
import { upkeepAct } from './acts/upkeep.js';
import type { Scene } from './scene.js';

/** What a statement does, piece by piece. */
export function actsOf({ node, line }: Pick<ParsedStatement, 'node' | 'line'>, scene: Scene): Act[] {
  if ('AlterTableStmt' in node) return alterTableActs(node.AlterTableStmt, line, scene);
  if ('CreateStmt' in node) return [createTableAct(node.CreateStmt, line, scene)];
  if ('RenameStmt' in node) return [renameAct(node.RenameStmt, line)];
  const known =
    indexAct(node, line, scene) ??
    queryAct(node, line, scene) ??
    queryTableAct(node, line, scene) ??
    upkeepAct(node, line) ??
    attachedAct(node, line);
  if (known !== undefined) return [known];
  return 'DropStmt' in node ? [dropAct(node.DropStmt, line, scene)] : [looseAct(node, line, scene)];
}
