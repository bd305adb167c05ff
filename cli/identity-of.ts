import { hostname, userInfo } from 'node:os';
import type { EnvironmentConfiguration } from '../contract/configuration.js';
import { OperatorError } from '../contract/errors.js';
import { githubActor } from './github-actor.js';

const answerWithin = 5_000;

/**
 * Who acts, for the journal: what something else vouches for. On AWS the caller's ARN as STS says it, with GitHub's word
 * in a job of its; the operating system's account counts on this machine only. Who can't be asked for is 'unverified':
 * nobody is kept from going back by that.
 */
export async function identityOf(
  configuration: EnvironmentConfiguration,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const account = `${userInfo().username}@${hostname()}`;
  if (configuration.platform === 'local') return account;
  const [arn, actor] = await Promise.all([callerArn(configuration), githubActor(environment)]);
  const caller = arn ?? `unverified:${account}`;
  return actor === undefined ? caller : `${actor} as ${caller}`;
}

async function callerArn(place: { region: string; endpoint: string | null }): Promise<string | undefined> {
  const { caller } = await import('../platforms/aws/caller.js');
  const late = AbortSignal.timeout(answerWithin);
  try {
    return await caller(place, late);
  } catch (error) {
    if (error instanceof OperatorError || late.aborted) return undefined;
    throw error;
  }
}
