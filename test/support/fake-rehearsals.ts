import { PlatformError } from '../../contract/errors.js';
import type { MigrationOptions } from '../../pipeline/ports/migration-options.js';
import type { ProbeAnswer } from '../../pipeline/ports/probe.js';
import type { Proofs } from '../../pipeline/ports/proofs.js';
import type { MigratedSince, Rehearsal, RehearsedMigration, Rehearsals } from '../../pipeline/ports/rehearsals.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { DrillRecord, RehearsalRecord } from '../../contract/database-proofs.js';

/** Copies of a database on which a release answers 200, or what is said here of it on a schema. */
export class FakeRehearsals implements Rehearsals {
  readonly did: string[] = [];
  /** By `version schema`: a status, or why it doesn't start. */
  readonly answers: Record<string, number | string> = {};
  migration: RehearsedMigration | Error = { milliseconds: 20, waits: [] };

  /** What happens while migrations run. */
  during: () => void = () => undefined;
  /** Those of the last migrating. */
  options: MigrationOptions | undefined;

  /** Whether anything can be started on copies. */
  starts = true;
  /** Why nothing can be rehearsed. */
  unable: string | undefined;

  unableBecause() {
    return Promise.resolve(this.unable);
  }

  open(backup: string, _run: string, _work: Work, since?: MigratedSince): Promise<Rehearsal> {
    this.did.push(`open ${backup}${since === undefined ? '' : ` with ${since.input.release.version}`}`);
    const start: NonNullable<Rehearsal['start']> = (
      { release: { version } }: { release: { version: string } },
      schema: 'before' | 'after',
    ) => {
      const said = (): number | string => this.answers[`${version} ${schema}${this.#migrated(schema)}`] ?? 200;
      const first = said();
      if (typeof first === 'string') return Promise.reject(new PlatformError(first));
      this.did.push(`start ${version} ${schema}`);
      const answer = (): ProbeAnswer => ({ status: Number(said()), headers: {}, body: '', milliseconds: 1 });
      return Promise.resolve({
        probe: () => Promise.resolve(answer()),
        stop: () => {
          this.did.push(`stop ${version} ${schema}`);
          return Promise.resolve();
        },
      });
    };
    return Promise.resolve({
      milliseconds: 5,
      ...(this.starts ? { start } : {}),
      migrate: async (_input, _work, options) => {
        this.options = options;
        this.during();
        // Long enough to be asked meanwhile.
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        if (this.migration instanceof Error) throw this.migration;
        this.did.push('migrate');
        return this.migration;
      },
      remove: () => {
        this.did.push('remove');
        return Promise.resolve();
      },
    });
  }

  sweep() {
    return Promise.resolve([]);
  }

  #migrated(schema: 'before' | 'after'): string {
    return schema === 'after' && this.did.includes('migrate') ? ' migrated' : '';
  }
}

/** Records in memory. */
export class FakeProofs implements Proofs {
  readonly drills: DrillRecord[] = [];
  readonly rehearsals: RehearsalRecord[] = [];

  lastGoodDrill() {
    return Promise.resolve(this.drills.findLast(({ answer }) => answer === 'yes'));
  }

  goodRehearsal(digest: string) {
    return Promise.resolve(this.rehearsals.findLast((each) => each.answer === 'yes' && each.digest === digest));
  }

  noteRehearsal(record: RehearsalRecord) {
    this.rehearsals.push(record);
    return Promise.resolve();
  }
}
