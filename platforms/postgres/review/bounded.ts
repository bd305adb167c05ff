import type { Node } from 'libpg-query';
import { wordsOf } from './names.js';

/** Whether a condition names which rows, or how many: equal to something, in a list, between two ends, or by a query with a LIMIT. */
export function isBounded(condition: Node | undefined): boolean {
  if (condition === undefined) return false;
  if ('BoolExpr' in condition) {
    const args = condition.BoolExpr.args ?? [];
    if (condition.BoolExpr.boolop === 'OR_EXPR') return args.every(isBounded);
    return condition.BoolExpr.boolop === 'AND_EXPR' && (args.some(isBounded) || hasBothEnds(args));
  }
  if ('A_Expr' in condition) {
    const { kind, name } = condition.A_Expr;
    if (kind === 'AEXPR_IN' || kind === 'AEXPR_OP_ANY') return operator(name) === '=';
    return kind === 'AEXPR_BETWEEN' || (kind === 'AEXPR_OP' && operator(name) === '=');
  }
  return 'SubLink' in condition && isLimited(condition.SubLink.subselect);
}

function hasBothEnds(conditions: readonly Node[]): boolean {
  const ends = conditions.flatMap((node) => ('A_Expr' in node ? [operator(node.A_Expr.name)] : []));
  return ends.some((end) => end.startsWith('>')) && ends.some((end) => end === '<' || end === '<=');
}

function operator(name: readonly Node[] | undefined): string {
  return (name ?? []).flatMap(wordsOf).at(-1) ?? '';
}

function isLimited(query: Node | undefined): boolean {
  return query !== undefined && 'SelectStmt' in query && query.SelectStmt.limitCount !== undefined;
}
