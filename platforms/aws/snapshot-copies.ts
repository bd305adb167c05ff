import { OperatorError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Work } from '../../pipeline/ports/work.js';
import { persist } from './persist.js';
import type { RdsApi, RdsSnapshot } from './rds-api.js';

export interface SnapshotCopiesParts {
  /** RDS in the other region. */
  readonly api: Pick<RdsApi, 'copySnapshot' | 'snapshotsNamed' | 'deleteSnapshot'>;
  readonly outputs: Pick<AwsOutputs, 'environment' | 'region' | 'accountId'>;
  readonly prefix: string;
  readonly to: { readonly region: string; readonly keyArn: string };
  readonly clock: Clock;
}

/** Copies of releases' snapshots in another region. They take their time, and no release waits for them. */
export interface SnapshotCopies {
  readonly region: string;
  /** How it was begun; a failure is told and stops nothing: the snapshot itself is there. */
  begin(snapshot: string, work: Work): Promise<JsonObject>;
  /** What became of those that were begun before; those that are no good are told by name. */
  look(work: Work): Promise<JsonObject>;
  list(): Promise<readonly RdsSnapshot[]>;
  remove(snapshot: string): Promise<void>;
}

const patience = 30_000;

export function snapshotCopies({ api, outputs, prefix, to, clock }: SnapshotCopiesParts): SnapshotCopies {
  const { region, keyArn } = to;
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  const list = () => persistently(() => api.snapshotsNamed(`${prefix}-`));

  /** That AWS is busy, or a permission lacks, harms the copy only. */
  async function told(what: string, work: Work, act: () => Promise<JsonObject>): Promise<JsonObject> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      work.say(`${what} ${region}: ${error.message}`);
      return { region, problem: error.message };
    }
  }

  return {
    region,
    list,
    remove: (snapshot) => persistently(() => api.deleteSnapshot(snapshot)),

    begin: (snapshot, work) =>
      told('no copy was begun in', work, async () => {
        const sourceArn = `arn:aws:rds:${outputs.region}:${outputs.accountId}:snapshot:${snapshot}`;
        const tags = { 'crossfade:environment': outputs.environment, 'crossfade:copy-of': sourceArn };
        // Asked for twice it is the same one.
        await persistently(() => api.copySnapshot({ name: snapshot, sourceArn, keyArn, tags }));
        return { region, snapshot };
      }),

    look: (work) =>
      told('nobody knows how copies are in', work, async () => {
        const all = await list();
        const whole = all.filter(({ status }) => status === 'available');
        const wrong = all.flatMap(({ name, status, encrypted, kmsKeyArn }) => {
          if (status === 'failed') return [`${name} has failed`];
          if (status !== 'available' || (encrypted && kmsKeyArn === keyArn)) return [];
          return [`${name} is not encrypted with the key of copies`];
        });
        for (const what of wrong) work.say(`the copy in ${region}: ${what}`);
        const newest = Math.max(...whole.map(({ createdAt }) => createdAt?.getTime() ?? 0));
        return {
          region,
          whole: whole.length,
          underway: all.length - whole.length - all.filter(({ status }) => status === 'failed').length,
          wrong,
          newestAt: whole.length === 0 ? null : new Date(newest).toISOString(),
        };
      }),
  };
}
