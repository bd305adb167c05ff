import { PlatformError } from '../../contract/errors.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import { stateTag } from './kept-instances.js';
import { persist } from './persist.js';
import type { RdsApi, RdsInstance } from './rds-api.js';

const patience = 60_000;
const lookEvery = 15_000;
/** In some states RDS deletes no instance: it is given this long to leave them. */
const deletedWithin = 5 * 60_000;

/**
 * Until RDS is deleting it, which it then does by itself. Idempotent. No signal ends it: what is left costs money. Throws
 * PlatformError, and then marks it for whoever sweeps, where it is not `own` or RDS does not delete it.
 */
export async function removeCopy(
  { rds, clock }: { readonly rds: Pick<RdsApi, 'instance' | 'deleteInstance' | 'tag'>; readonly clock: Clock },
  identifier: string,
  own: (instance: RdsInstance) => boolean,
): Promise<void> {
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });
  const end = clock.monotonic() + deletedWithin;
  for (;;) {
    // Looked at each time: a reply that was lost, and one that somebody else is deleting, look the same.
    const found = await orLeft(() => persistently(() => rds.instance(identifier)));
    if (found === undefined || found.status === 'deleting') return;
    if (!own(found)) throw new PlatformError(`instance ${identifier} is no copy of this run: it is left alone`);
    const answer = await orLeft(() => persistently(() => rds.deleteInstance(identifier)), found);
    if (answer !== 'busy') return;
    if (clock.monotonic() > end) {
      await abandon(found);
      throw left(identifier, `RDS calls it ${found.status} and does not delete it yet`);
    }
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
