import { execa } from 'execa';
import { join } from 'node:path';
import { FolderStore } from '../../journal/folder-store.js';
import { saveOutputs } from '../../journal/outputs.js';
import { createRelease } from '../../journal/releases.js';
import { otherColour, type Colour } from '../../contract/colour.js';
import { wholeColour } from '../../contract/weights.js';
import { answeringService, localProject, type LocalProject } from '../../test/support/local-project.js';

export interface RealEnvironment {
  readonly project: LocalProject;
  readonly store: FolderStore;
  /** Where users get in. */
  readonly url: string;
  /** The compiled command line's program. */
  readonly program: string;
  /** The command line in a process of its own; throws unless it ends well. */
  crossfade(words: readonly string[], environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Makes the next release and gives its version. */
  release(): Promise<string>;
  idle(): Promise<Colour>;
}

const services = {
  api: {
    kind: 'routed',
    path: '/',
    command: ['node', 'server.cjs'],
    replicas: 2,
    stopWithin: '5s',
    health: { within: '30s', every: '200ms' },
  },
};

/** A local environment that is up, by the real engine, with its first release live. */
export async function realEnvironment(
  later: (cleanUp: () => Promise<void>) => void,
  rules: Readonly<Record<string, unknown>>,
): Promise<RealEnvironment> {
  const project = await localProject(services, { rules });
  later(() => project.remove());
  const outputs = await project.upEnvironment();
  const store = new FolderStore(join(project.place, 'store'));
  await saveOutputs(store, outputs);
  const program = join(project.compiled, 'bin', 'crossfade.js');
  let versions = 0;
  const environment: RealEnvironment = {
    project,
    store,
    program,
    url: outputs.balancer.url,
    async crossfade(words, env = {}) {
      const options = {
        cwd: project.folder,
        env,
        all: true,
        reject: false,
        timeout: 120_000,
        stdin: 'ignore',
      } as const;
      const { exitCode, all } = await execa(process.execPath, [program, ...words], options);
      if (exitCode !== 0) throw new Error(`crossfade ${words.join(' ')} ended with ${exitCode ?? 'a signal'}:\n${all}`);
    },
    async release() {
      versions += 1;
      const version = `1.0.${versions}`;
      await createRelease(store, (await project.input(version, { api: answeringService })).release);
      return version;
    },
    async idle() {
      const { reading } = await (await project.client()).call('read', {});
      const live = reading.weights && wholeColour(reading.weights);
      if (live === undefined) throw new Error('no slot is whole');
      return otherColour(live);
    },
  };
  await environment.crossfade(['deploy', 'local', await environment.release()]);
  return environment;
}
