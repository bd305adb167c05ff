import { act, mayBreak, works, type Act } from '../act.js';
import type { Lock } from '../lock-mode.js';
import { quoteName } from '../names.js';

/** SET and DROP of a default and of NOT NULL. */
export function alterColumnAct(kind: ColumnChange, table: string, name: string, line: number, proven: boolean): Act {
  const column = `${table}.${quoteName(name)}`;
  const alter = `ALTER TABLE ${table} ALTER COLUMN ${quoteName(name)}`;
  const locks: Lock[] = [{ relation: table, mode: 'ACCESS EXCLUSIVE' }];
  switch (kind) {
    case 'set default':
      return act(`SET DEFAULT of ${column}`, line, {
        locks,
        phase: 'expand',
        live: mayBreak('its INSERTs that leave the column out store another value'),
        reverse: { none: 'set the default that was there before' },
      });
    case 'drop default':
      return act(`DROP DEFAULT of ${column}`, line, {
        locks,
        phase: 'contract',
        live: mayBreak('its INSERTs that leave the column out store NULL, or fail'),
        reverse: { none: 'set the default that was there before' },
      });
    case 'drop not null':
      return act(`DROP NOT NULL of ${column}`, line, {
        locks,
        phase: 'expand',
        live: mayBreak('it may read a NULL where there never was one'),
        reverse: { sql: `${alter} SET NOT NULL` },
      });
    case 'set not null':
      return act(`SET NOT NULL of ${column}`, line, {
        locks,
        scans: proven ? undefined : 'every row is checked',
        phase: proven ? 'neutral' : 'contract',
        live: proven ? works('the check refuses NULL already') : mayBreak('its writes of NULL fail'),
        reverse: { sql: `${alter} DROP NOT NULL` },
        problems: proven
          ? []
          : [
              {
                code: 'not-null-scans',
                severity: 'stop',
                because: `every row of ${table} is checked while nobody can read it`,
                safer: `ADD CONSTRAINT … CHECK (${quoteName(name)} IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT in the next file, then SET NOT NULL: PostgreSQL takes the check for proof`,
                scales: true,
              },
            ],
      });
  }
}

export type ColumnChange = 'set default' | 'drop default' | 'set not null' | 'drop not null';
