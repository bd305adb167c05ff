import { expect } from 'chai';
import fc from 'fast-check';
import { lineAt, splitStatements } from '../../../platforms/postgres/split-statements.js';

const texts = (sql: string) => splitStatements(sql).map(({ text }) => text);

describe('splitting a file into statements', () => {
  it('cuts at semicolons, the last one optional', () => {
    expect(texts('SELECT 1; SELECT 2 ;; \n SELECT 3')).to.deep.equal(['SELECT 1', 'SELECT 2', 'SELECT 3']);
    expect(texts(' -- nothing\n /* at all; */ ')).to.deep.equal([]);
  });

  it('tells the line where a statement begins, after its comments', () => {
    const sql = '-- a\n\nSELECT 1;\n/* b;\n /* c; */ d */ SELECT\n2;';
    expect(splitStatements(sql).map(({ line }) => line)).to.deep.equal([3, 5]);
    expect(lineAt(sql, sql.indexOf('2'))).to.equal(6);
  });

  for (const [what, statement] of Object.entries({
    'a string': "SELECT 'a;b', 'it''s;'",
    'an escape string': String.raw`SELECT E'a\';b', e'\\'`,
    'a string that ends in a backslash': String.raw`SELECT 'a\'`,
    'a quoted name': 'SELECT "a;""b;"',
    'a dollar quote': 'SELECT $$a;b$$, $tag$ $$;$$ ; $tag$',
    'a parameter that is no dollar quote': 'PREPARE p AS SELECT $1, $2',
    'a name with dollars': 'SELECT a$b$ FROM t$b$',
    'a rule with more than one act': 'CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)',
    'a routine with an SQL body':
      'CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END',
    'a comment at its end': 'SELECT 1 -- ; not the end\n + 1',
  })) {
    it(`does not cut in ${what}`, () => {
      expect(texts(`${statement};SELECT 'next'`)).to.deep.equal([statement, "SELECT 'next'"]);
    });
  }

  it('takes what is not closed as one statement, so that the server says what is wrong', () => {
    for (const open of ["SELECT 'a; b", 'SELECT "a; b', 'SELECT $x$ a; b', 'SELECT /* a; b'])
      expect(texts(open)).to.have.lengthOf(1);
  });

  it('reads a literal of twenty megabytes', () => {
    const long = 'x'.repeat(20_000_000);
    for (const sql of [`SELECT '${long}'`, `SELECT E'${long}'`, `SELECT 1 AS "${long}"`])
      expect(splitStatements(`${sql}; SELECT 2`).map(({ text }) => text.length)).to.deep.equal([sql.length, 8]);
  });

  it('loses nothing but blanks and comments, whatever it is given', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '$$',
      '$a$',
      ';',
      '--',
      '\n',
      '/*',
      '*/',
      '(',
      ')',
      'E',
      'begin atomic',
      'end',
      'create function',
      ' ',
      '1',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const sql = pieces.join('');
        let end = 0;
        for (const { text, offset } of splitStatements(sql)) {
          expect(sql.slice(offset, offset + text.length)).to.equal(text);
          expect(offset).to.be.at.least(end);
          expect(sql.slice(end, offset).replace(/\s|;|--[^\n]*|\/\*[^]*?\*\//g, '')).to.match(/^[*/]*$/);
          end = offset + text.length;
        }
      }),
      { numRuns: 500 },
    );
  });
});
