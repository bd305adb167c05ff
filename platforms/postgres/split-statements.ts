/** One statement of a file, without what is around it. */
export interface Statement {
  readonly text: string;
  /** Index of its first character in the file. */
  readonly offset: number;
  /** Line of its first character, from 1. */
  readonly line: number;
}

const quoted = {
  // Unrolled: an alternative for each character would exhaust the stack on a literal of some megabytes.
  plain: /'[^']*(?:''[^']*)*'/y,
  escape: /'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'/y,
  identifier: /"[^"]*(?:""[^"]*)*"/y,
  lineComment: /--[^\n\r]*/y,
  dollarTag: /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y,
  word: /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y,
  number: /\d[A-Za-z0-9_.]*/y,
};

/** Cuts a file at the semicolons that end a statement, as PostgreSQL's own lexer would: not in strings, comments, dollar quotes, brackets or SQL-standard function bodies. */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let start = -1;
  let brackets = 0;
  let words: string[] = [];
  let bodies = 0;
  const finish = (end: number) => {
    if (start >= 0) statements.push({ text: sql.slice(start, end).trimEnd(), offset: start, line: lineAt(sql, start) });
    start = -1;
    brackets = bodies = 0;
    words = [];
  };
  for (let at = 0; at < sql.length;) {
    const blank = lengthOfBlank(sql, at);
    if (blank > 0) {
      at += blank;
      continue;
    }
    const character = sql[at];
    if (character === ';' && brackets === 0 && bodies === 0) {
      finish(at);
      at += 1;
      continue;
    }
    if (start < 0) start = at;
    const word = match(quoted.word, sql, at);
    const constant = word === undefined || sql[at + word.length] === "'" ? lengthOfConstant(sql, at) : 0;
    if (constant > 0) {
      at += constant;
    } else if (word !== undefined) {
      words.push(word.toLowerCase());
      bodies = bodiesAfter(words, bodies);
      at += word.length;
    } else {
      if (character === '(' || character === '[') brackets += 1;
      if (character === ')' || character === ']') brackets = Math.max(0, brackets - 1);
      at += match(quoted.number, sql, at)?.length ?? 1;
    }
  }
  finish(sql.length);
  return statements;
}

/** Line of a character in a text, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Depth of BEGIN ATOMIC … END: only a routine's own statement has one, and a CASE in it has an END of its own. */
function bodiesAfter(words: readonly string[], depth: number): number {
  const last = words.at(-1);
  if (depth === 0) {
    const kind = words.slice(0, 4).find((word) => word === 'function' || word === 'procedure');
    return words[0] === 'create' && kind !== undefined && last === 'atomic' && words.at(-2) === 'begin' ? 1 : 0;
  }
  if (last === 'case' || last === 'begin') return depth + 1;
  return last === 'end' ? depth - 1 : depth;
}

function lengthOfBlank(sql: string, at: number): number {
  if (/\s/.test(sql[at] ?? '')) return 1;
  const comment = match(quoted.lineComment, sql, at);
  if (comment !== undefined) return comment.length;
  if (!sql.startsWith('/*', at)) return 0;
  let depth = 0;
  for (let end = at; end < sql.length; end += 1) {
    if (sql.startsWith('/*', end)) depth += 1;
    else if (sql.startsWith('*/', end)) depth -= 1;
    else continue;
    end += 1;
    if (depth === 0) return end + 1 - at;
  }
  return sql.length - at;
}

function lengthOfConstant(sql: string, at: number): number {
  const escape = /[eE]'/y;
  if (match(escape, sql, at) !== undefined) return 1 + (match(quoted.escape, sql, at + 1)?.length ?? sql.length);
  const constant = match(quoted.plain, sql, at) ?? match(quoted.identifier, sql, at);
  if (constant !== undefined) return constant.length;
  if (sql[at] === "'" || sql[at] === '"') return sql.length - at;
  const tag = match(quoted.dollarTag, sql, at);
  if (tag === undefined) return 0;
  const end = sql.indexOf(tag, at + tag.length);
  return (end < 0 ? sql.length : end + tag.length) - at;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
