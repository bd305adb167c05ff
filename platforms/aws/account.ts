import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import { persist } from './persist.js';
import { TransientError } from './transient-error.js';

export interface Account {
  /**
   * Throws RefusedError when the credentials are of another account, PlatformError when AWS refuses them. AWS that does
   * not answer lets go on: traffic is moved by ARNs that name the account, and going back waits for nobody.
   */
  refuseOther(): Promise<void>;
  /** As above, and throws when AWS does not answer: right before something is made or changed by its name alone. */
  require(): Promise<void>;
}

const patience = 10_000;

/** The one account and region that an environment lies in. `caller` is the ARN that AWS itself sees there. */
export function accountOf(
  caller: () => Promise<string | undefined>,
  outputs: Pick<AwsOutputs, 'accountId' | 'environment' | 'region'>,
  clock: Clock,
): Account {
  let confirmed: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const arn = (await persist(caller, { clock, within: patience }).catch(refusedKeys)) ?? 'nobody';
    const accountId = arn.split(':')[4] ?? 'nobody';
    if (accountId === outputs.accountId) return;
    throw new RefusedError(
      `these credentials are of account ${accountId} (${arn}); ${outputs.environment} lies in ${outputs.accountId}`,
      { hint: 'take on a role of that account, or name the environment that is meant' },
    );
  }

  function refusedKeys(error: unknown): never {
    if (!(error instanceof PlatformError) || error instanceof TransientError) throw error;
    throw new PlatformError(`AWS refuses the credentials in ${outputs.region}: ${error.message}`, {
      cause: error,
      hint: `'aws sts get-caller-identity --region ${outputs.region}' says whose they are; has the account that region?`,
    });
  }

  const require = (): Promise<void> => {
    confirmed ??= ask().catch((error: unknown) => {
      confirmed = undefined;
      throw error;
    });
    return confirmed;
  };
  return {
    require,
    refuseOther: () =>
      require().catch((error: unknown) => {
        if (!(error instanceof TransientError)) throw error;
      }),
  };
}
