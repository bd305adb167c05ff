import { join } from 'node:path';
import { execa } from 'execa';
import { digestOf } from '../../contract/json.js';
import type { LocalOutputs } from '../../contract/outputs.js';
import { FolderStore } from '../../journal/folder-store.js';
import { saveOutputs } from '../../journal/outputs.js';
import { createRelease } from '../../journal/releases.js';
import { answeringService, localProject, type LocalProject } from './local-project.js';

const services = {
  api: { kind: 'routed', path: '/', command: ['node', 'server.cjs'], stopWithin: '2s', health: { within: '20s' } },
};
const soon = { weights: [100], hold: '100ms', minimumRequests: 1, unknownFor: '20s', bake: '100ms' };
const sql = 'CREATE TABLE orders (id bigserial PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 20000)';

/** A product with a database of 20,000 orders, and the command line as its operators use it. */
export interface DatabaseProject {
  readonly project: LocalProject;
  readonly crossfade: (...words: string[]) => ReturnType<typeof command>;
  /** Made and deployed while users ask. Its first release brings the orders. */
  readonly deploy: (version: string) => Promise<Awaited<ReturnType<typeof command>>>;
  /** After a change of its configuration. */
  readonly up: () => Promise<LocalOutputs>;
}

export async function databaseProject(kind: 'copy' | 'dump', rules: object = {}): Promise<DatabaseProject> {
  const database = { name: 'shop', backups: { kind } };
  const project = await localProject(services, { database, rules: { ...soon, ...rules } });
  const store = new FolderStore(join(project.place, 'store'));
  const up = async () => {
    const outputs = await project.upEnvironment();
    await saveOutputs(store, outputs);
    return outputs;
  };
  const { balancer } = await up();
  const crossfade: DatabaseProject['crossfade'] = (...words) => command(project, words);
  return {
    project,
    up,
    crossfade,
    deploy: async (version) => {
      const { release } = await project.input(version, { api: answeringService });
      const migrations = [{ id: '001_orders.sql', checksum: digestOf(sql), phase: 'expand' as const, sql }];
      await createRelease(store, { ...release, migrations });
      // A release under judgement needs users.
      const asked = { signal: AbortSignal.timeout(200_000) };
      const users = setInterval(() => void fetch(balancer.url, asked).catch(() => undefined), 50);
      return crossfade('deploy', 'local', version).finally(() => clearInterval(users));
    },
  };
}

function command({ compiled, folder }: LocalProject, words: readonly string[]) {
  return execa(process.execPath, [join(compiled, 'bin/crossfade.js'), ...words], {
    cwd: folder,
    reject: false,
    all: true,
    timeout: 240_000,
  });
}
