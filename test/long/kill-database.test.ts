import { expect } from 'chai';
import { clientProgramsOrSkip } from '../support/client-programs-or-skip.js';
import { KillDatabaseRig, type Cell } from '../support/kill-database-rig.js';

/** What a step does while it waits for another program, or for a long statement, is cut in its middle too. */
const lasts = /: (start |sql SELECT pg_sleep|sql CREATE INDEX CONC)/;
const amidst = 60;

/** Of each kind of run: the steps whose boundaries are of the database. */
const runs: readonly { readonly act: Cell['act']; readonly steps: RegExp }[] = [
  { act: 'deploy', steps: /^(back-up|verify-backup|migrate): / },
  { act: 'restore', steps: /^(?!undo )/ },
  { act: 'restore that goes back', steps: /^undo / },
];

for (const kind of ['copy', 'dump'] as const) {
  describe(`killing what works on a database, with backups by ${kind}`, function () {
    this.timeout(3_600_000);
    let rig: KillDatabaseRig;

    before(async function () {
      if (kind === 'dump') await clientProgramsOrSkip(this);
      rig = await KillDatabaseRig.open(kind);
    });
    after(() => (rig as KillDatabaseRig | undefined)?.close());

    for (const { act, steps } of runs) {
      for (const victim of ['runner', 'server'] as const) {
        const who = victim === 'runner' ? 'the runner' : 'PostgreSQL';
        it(`fault 19: ${who}, at every boundary of a ${act}: nothing is lost, and what is said is true`, async () => {
          const boundaries = (await rig.boundaries(act)).filter((label) => steps.test(label));
          let cells = 0;
          let killed = 0;
          for (const label of boundaries) {
            // Migrating is the same whatever backups are.
            if (kind === 'dump' && label.startsWith('migrate: ')) continue;
            // A line of the journal is no boundary of PostgreSQL's.
            if (victim === 'server' && label.includes(': journal ')) continue;
            for (const later of lasts.test(label) ? [0, amidst] : [0]) {
              const then = cells % 2 === 0 ? 'resume' : 'go back';
              cells += 1;
              if (await rig.play({ act, kill: { label, victim, later }, then })) killed += 1;
            }
          }
          process.stdout.write(`      ${kind}, ${act}: ${who} killed at ${killed} of ${cells} boundaries\n`);
          expect(killed, 'most boundaries are reached again').to.be.above(cells * 0.8);
          expect(cells).to.be.above(5);
        });
      }
    }

    it('leaves nothing that the next good deploy does not clear', async () => {
      expect(await rig.leftovers()).to.deep.equal([]);
    });
  });
}
