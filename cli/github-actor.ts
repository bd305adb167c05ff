import { z } from 'zod';

/** Claims of GitHub's token for a job: https://docs.github.com/en/actions/reference/security/oidc. */
const claimsSchema = z.object({ actor: z.string(), repository: z.string(), run_id: z.string() });

const answerWithin = 3_000;

/**
 * `ada in run 123 of acme/shop`, as GitHub itself vouches for it: the token is asked of GitHub, by a job that may ask
 * for one. Undefined anywhere else, or when GitHub doesn't answer. The token goes nowhere.
 */
export async function githubActor(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = environment;
  if (address === undefined || secret === undefined) return undefined;
  try {
    const answer = await fetch(`${address}&audience=crossfade`, {
      headers: { authorization: `Bearer ${secret}` },
      signal: AbortSignal.timeout(answerWithin),
    });
    const { value } = z.object({ value: z.string() }).parse(await answer.json());
    const claims: unknown = JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString());
    const { actor, repository, run_id: run } = claimsSchema.parse(claims);
    return `${actor} in run ${run} of ${repository}`;
  } catch {
    return undefined;
  }
}
