import type { PartitionCmd } from 'libpg-query';
import { act, mayBreak, works, type Act } from '../act.js';
import { relationName } from '../names.js';
import type { Scene } from '../scene.js';

export function attachAct(parent: string, command: PartitionCmd, line: number): Act {
  const child = relationName(command.name);
  return act(`ATTACH PARTITION ${child}`, line, {
    locks: [
      { relation: parent, mode: 'SHARE UPDATE EXCLUSIVE' },
      { relation: child, mode: 'ACCESS EXCLUSIVE' },
    ],
    alsoLocks: `the default partition of ${parent} (ACCESS EXCLUSIVE), where it has one`,
    repeatable: false,
    scans: 'every row of the partition is checked, unless a valid CHECK says the same as its bounds',
    phase: 'expand',
    live: works('it finds more rows'),
    reverse: { sql: `ALTER TABLE ${parent} DETACH PARTITION ${child} CONCURRENTLY` },
    problems: [
      {
        code: 'attach-scans',
        severity: 'warn',
        because: `every row of ${child} is checked while nobody can read it`,
        safer: 'give it a CHECK with its bounds, validated before, and drop that after',
      },
    ],
  });
}

export function detachAct(parent: string, command: PartitionCmd, line: number, { outside }: Scene): Act {
  const child = relationName(command.name);
  const concurrent = command.concurrent === true;
  return act(`DETACH PARTITION ${child}`, line, {
    locks: concurrent
      ? [{ relation: parent, mode: 'SHARE UPDATE EXCLUSIVE' }]
      : [
          { relation: parent, mode: 'ACCESS EXCLUSIVE' },
          { relation: child, mode: 'ACCESS EXCLUSIVE' },
        ],
    ...(concurrent ? { alsoLocks: `${child} (ACCESS EXCLUSIVE), at its end` } : {}),
    phase: 'contract',
    live: mayBreak(`it no longer finds the rows of ${child}`),
    reverse: { none: 'attach it again with its bounds, read before' },
    repeatable: false,
    alone: concurrent,
    problems: concurrent
      ? []
      : [
          {
            code: 'detach-locks',
            severity: 'warn',
            because: `it waits for every query on ${parent}, and every new query waits behind it`,
            safer: `DETACH PARTITION … CONCURRENTLY, ${outside}`,
          },
        ],
  });
}
