import { PlatformError } from '../../contract/errors.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Work } from '../../pipeline/ports/work.js';
import { stateTag } from './kept-instances.js';
import { persist } from './persist.js';
import type { RdsApi, RdsInstance } from './rds-api.js';

const patience = 60_000;
const lookEvery = 15_000;
/** In some states RDS deletes no instance: it is given this long to leave them. */
const deletedWithin = 5 * 60_000;

export interface RemoveCopyParts {
  readonly rds: Pick<RdsApi, 'instance' | 'deleteInstance' | 'tag'>;
  readonly clock: Clock;
  /** Told what it waits for; undefined: nobody. */
  readonly tell: Pick<Work, 'say'> | undefined;
}

/**
 * Until RDS is deleting it, which it then does by itself. Idempotent. No signal ends it: what is left costs money. One
 * that RDS does not delete at once is marked for whoever sweeps. Throws PlatformError when it never does, or when it is
 * not `own`.
 */
export async function removeCopy(
  { rds, clock, tell }: RemoveCopyParts,
  identifier: string,
  own: (instance: RdsInstance) => boolean,
): Promise<void> {
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  const end = clock.monotonic() + deletedWithin;
  let marked = false;
  for (;;) {
    // Looked at each time: a reply that was lost, and one that somebody else is deleting, look the same.
    const found = await orLeft(() => persistently(() => rds.instance(identifier)));
    if (found === undefined || found.status === 'deleting') return;
    if (!own(found)) throw new PlatformError(`instance ${identifier} is no copy of this run: it is left alone`);
    const answer = await orLeft(() => persistently(() => rds.deleteInstance(identifier)), found);
    if (answer !== 'busy') return;
    const because = `RDS calls it ${found.status} and does not delete it yet`;
    if (!marked) {
      // At once: whoever is in a hurry kills this process now.
      await abandon(found);
      tell?.say(`${identifier}: ${because}`);
      marked = true;
    }
    if (clock.monotonic() > end) throw left(identifier, because);
    await clock.sleep(lookEvery);
  }

  async function orLeft<Value>(call: () => Promise<Value>, found?: RdsInstance): Promise<Value> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (found) await abandon(found);
      throw left(identifier, error.message, error);
    }
  }

  async function abandon({ arn }: RdsInstance): Promise<void> {
    await persistently(() => rds.tag(arn, { [stateTag]: 'unused' })).catch((error: unknown) => {
      if (!(error instanceof PlatformError)) throw error;
    });
  }
}

function left(identifier: string, because: string, cause?: unknown): PlatformError {
  return new PlatformError(`the copy ${identifier} is left: ${because}`, {
    cause,
    hint: `the next drill or rehearsal removes it, or by hand: aws rds delete-db-instance --db-instance-identifier ${identifier} --skip-final-snapshot --delete-automated-backups`,
  });
}
