import { lineAt } from '../split-statements.js';
import type { Finding } from './file-findings.js';
import type { Script } from './script.js';

/** What psql would do by itself and no server understands: \i, \copy, \set, and rows that follow a COPY … FROM STDIN. */
export function foreignText({ id, sql }: Script): Finding[] {
  if (sql.startsWith('\uFEFF')) return [problemAt(id, sql, 0, byteOrderMark)];
  return outsideQuotes(sql).flatMap(({ text, offset }) => {
    const command = /^[ \t]*\\[a-zA-Z!.?;|]+/gm;
    const found = [...text.matchAll(command)].find(([words]) => words.trim() !== '\\.');
    const copy = /\bcopy\b[^;]*\bfrom\s+stdin\b[^;]*;/i.exec(text);
    if (copy !== null) return [problemAt(id, sql, offset + copy.index, copyRows)];
    if (found === undefined) return [];
    const words = found[0].trim();
    return [problemAt(id, sql, offset + found.index, { ...psqlCommand, because: `${words} is a command of psql` })];
  });
}

type Foreign = Pick<Finding, 'code' | 'because' | 'safer'>;

const psqlCommand: Foreign = {
  code: 'psql-command',
  because: '',
  safer: 'plain SQL: what it includes in this file, INSERT for rows',
};

const byteOrderMark: Foreign = {
  code: 'byte-order-mark',
  because: 'an invisible mark stands before the first word, and the server takes it for a part of it',
  safer: 'save it as UTF-8 without a byte order mark',
};

const copyRows: Foreign = {
  code: 'copy-from-stdin',
  because: 'rows follow a COPY … FROM STDIN, which only psql reads',
  safer: 'INSERT, or load the rows by hand',
};

function problemAt(migration: string, sql: string, offset: number, foreign: Foreign): Finding {
  const column = offset - sql.lastIndexOf('\n', offset - 1);
  return { migration, line: lineAt(sql, offset), column, severity: 'stop', ...foreign };
}

/** The text between strings, comments and dollar quotes. */
function outsideQuotes(sql: string): { text: string; offset: number }[] {
  const quoted =
    /--[^\n]*|\/\*[^]*?\*\/|[eE]'[^'\\]*(?:\\[^][^'\\]*)*'|'[^']*'|"[^"]*"|(\$(?:[A-Za-z_]\w*)?\$)[^]*?\1/g;
  const pieces: { text: string; offset: number }[] = [];
  let from = 0;
  for (const found of sql.matchAll(quoted)) {
    pieces.push({ text: sql.slice(from, found.index), offset: from });
    from = found.index + found[0].length;
  }
  return [...pieces, { text: sql.slice(from), offset: from }];
}
