import { repositoryOf } from '../../contract/aws-names.js';
import type { Release } from '../../contract/release.js';
import { worstAnswer, type Verdict } from '../../contract/verdict.js';
import type { Artifacts } from '../../pipeline/ports/artifacts.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import { persist } from './persist.js';
import { TransientError } from './transient-error.js';

/** A repository of ECR. */
export interface Repository {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export interface RegistryApi {
  /** Of the image with this digest; undefined when the repository has none. */
  image(
    repository: Repository,
    digest: string,
    signal?: AbortSignal,
  ): Promise<{ readonly pushedAt: Date | undefined } | undefined>;
}

const patience = 30_000;

/** Undefined for a registry that is not ECR. */
export function repositoryIn(reference: string): Repository | undefined {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(.+)$/.exec(repositoryOf(reference));
  return match ? { accountId: match[1] ?? '', region: match[2] ?? '', name: match[3] ?? '' } : undefined;
}

/** Whether every image of a release can still be pulled, by its digest. */
export function ecrArtifacts(api: RegistryApi, clock: Clock): Artifacts {
  return {
    async check(release, signal) {
      const verdicts = await Promise.all(
        Object.entries(release.artifacts).map(([service, artifact]) =>
          checkImage(api, clock, service, artifact, signal),
        ),
      );
      const answer = worstAnswer(verdicts.map((verdict) => verdict.answer));
      const telling = verdicts.filter((verdict) => verdict.answer === answer).map((verdict) => verdict.because);
      return { answer, because: telling.join('; '), evidence: { images: Object.keys(release.artifacts).length } };
    },
  };
}

async function checkImage(
  api: RegistryApi,
  clock: Clock,
  service: string,
  { reference, digest }: Release['artifacts'][string],
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  const repository = repositoryIn(reference);
  if (!repository) {
    const because = `${service}: ${repositoryOf(reference)} is no repository of ECR, and others can't be asked`;
    return { answer: 'unknown', because, evidence: {} };
  }
  try {
    const look = () => api.image(repository, digest, signal);
    const image = await persist(look, { clock, within: patience, signal });
    if (image) return { answer: 'yes', because: `${service}: ${digest} is in ${repository.name}`, evidence: {} };
    return {
      answer: 'no',
      because: `${service}: ${repository.name} has no image ${digest}: it was never pushed there, or is deleted`,
      evidence: {},
    };
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    return { answer: 'unknown', because: `${service}: ${error.message}`, evidence: {} };
  }
}
