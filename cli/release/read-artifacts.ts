import { join, resolve } from 'node:path';
import { ConfigurationError } from '../../contract/errors.js';
import { digestSchema } from '../../contract/json.js';
import type { Artifact } from '../../contract/release.js';
import type { Services } from '../../contract/service.js';
import { keepArtifact } from './keep-artifact.js';

export interface ArtifactPlace {
  readonly platform: 'local' | 'aws';
  readonly services: Services;
  /** The store's folder; only the local platform keeps artifacts in it. */
  readonly store: string;
}

/** From `service=folder` on the local platform, `service=image@sha256:…` elsewhere. Throws ConfigurationError. */
export async function readArtifacts(words: readonly string[], place: ArtifactPlace): Promise<Record<string, Artifact>> {
  const named = new Map<string, string>();
  for (const word of words) {
    const [service, what] = splitWord(word);
    if (!(service in place.services)) {
      throw new ConfigurationError(`--artifact ${word}: there is no service ${service}`, {
        hint: `the environment has ${Object.keys(place.services).join(', ')}`,
      });
    }
    if (named.has(service)) throw new ConfigurationError(`--artifact ${word}: ${service} has one already`);
    named.set(service, what);
  }
  refuseMissing(named, place);
  const artifacts: Record<string, Artifact> = {};
  for (const [service, what] of named) {
    artifacts[service] = place.platform === 'local' ? await keptFolder(what, place.store) : image(service, what);
  }
  return artifacts;
}

function refuseMissing(named: ReadonlyMap<string, string>, { services, platform }: ArtifactPlace): void {
  const missing = Object.keys(services).filter((service) => !named.has(service));
  if (missing.length === 0) return;
  const what = platform === 'local' ? 'FOLDER' : 'IMAGE@sha256:…';
  throw new ConfigurationError(`a release carries every service: there is no --artifact for ${missing.join(', ')}`, {
    hint: `add ${missing.map((service) => `--artifact ${service}=${what}`).join(' ')}`,
  });
}

function splitWord(word: string): [string, string] {
  const at = word.indexOf('=');
  if (at > 0 && at < word.length - 1) return [word.slice(0, at), word.slice(at + 1)];
  throw new ConfigurationError(`--artifact ${word}: expected service=folder or service=image@sha256:…`);
}

async function keptFolder(folder: string, store: string): Promise<Artifact> {
  const digest = await keepArtifact(join(store, 'artifacts'), resolve(folder));
  return { digest, reference: `artifacts/${digest.slice('sha256:'.length)}` };
}

function image(service: string, reference: string): Artifact {
  const digest = digestSchema.safeParse(reference.slice(reference.lastIndexOf('@') + 1));
  if (digest.success && reference.includes('@')) return { digest: digest.data, reference };
  throw new ConfigurationError(
    `--artifact ${service}=${reference}: expected an image with its digest, such as registry/shop@sha256:…`,
    {
      hint: 'a tag can be moved; a digest cannot',
    },
  );
}
