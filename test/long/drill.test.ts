import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { digestOf } from '../../contract/json.js';
import type { LocalOutputs } from '../../contract/outputs.js';
import { FolderStore } from '../../journal/folder-store.js';
import { saveOutputs } from '../../journal/outputs.js';
import { createRelease } from '../../journal/releases.js';
import { clientProgramsOrSkip } from '../support/client-programs-or-skip.js';
import { answeringService, localProject, type LocalProject } from '../support/local-project.js';

const services = {
  api: { kind: 'routed', path: '/', command: ['node', 'server.cjs'], stopWithin: '2s', health: { within: '20s' } },
};
const rules = {
  ...{ weights: [100], hold: '100ms', minimumRequests: 1, unknownFor: '20s', bake: '100ms' },
  database: { restoreDrill: '1h' },
};

for (const kind of ['copy', 'dump'] as const) {
  describe(`crossfade drill restore, of a ${kind}`, function () {
    this.timeout(400_000);
    let project: LocalProject;
    let outputs: LocalOutputs;

    before(async function () {
      if (kind === 'dump') await clientProgramsOrSkip(this);
      project = await localProject(services, { database: { name: 'shop', backups: { kind } }, rules });
      outputs = await project.upEnvironment();
      await saveOutputs(new FolderStore(join(project.place, 'store')), outputs);
    });
    after(() => (project as LocalProject | undefined)?.remove());

    const crossfade = (...words: string[]) =>
      execa(process.execPath, [join(project.compiled, 'bin/crossfade.js'), ...words], {
        cwd: project.folder,
        reject: false,
        all: true,
        timeout: 240_000,
      });
    const deploy = async (version: string) => {
      const { release } = await project.input(version, { api: answeringService });
      const sql = 'CREATE TABLE orders (id bigserial PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 20000)';
      const migrations = [{ id: '001_orders.sql', checksum: digestOf(sql), phase: 'expand' as const, sql }];
      await createRelease(new FolderStore(join(project.place, 'store')), { ...release, migrations });
      // A release under judgement needs users.
      const asked = { signal: AbortSignal.timeout(200_000) };
      const users = setInterval(() => void fetch(outputs.balancer.url, asked).catch(() => undefined), 50);
      return crossfade('deploy', 'local', version).finally(() => clearInterval(users));
    };

    it('is asked for before the second release, says how long it took, and is asked for again when it is too old', async () => {
      const first = await deploy('1.0.0');
      expect(first.exitCode, first.all).to.equal(0);
      const without = await deploy('1.1.0');
      expect(without.exitCode, without.all).to.equal(3);
      expect(without.all).to.contain("no restore drill was good yet: 'crossfade drill restore local' makes one");

      const tried = await crossfade('drill', 'restore', 'local', '--dry-run');
      expect(tried.all).to.match(/^would restore before-local-\S+ of 20\S+, \d+ bytes, aside$/m);
      const drilled = await crossfade('drill', 'restore', 'local');
      expect(drilled.exitCode, drilled.all).to.equal(0);
      const [, took = ''] = /^good: before-local-\S+ of 20\S+, restored and compared in (.+)$/m.exec(drilled.all) ?? [];
      expect(took).to.match(/^[\d.]+ (ms|s)$/);
      process.stdout.write(`      ${kind}: drill in ${took}\n`);
      expect((await crossfade('status', 'local')).all).to.contain(`was restored in ${took}`);
      const second = await deploy('1.2.0');
      expect(second.exitCode, second.all).to.equal(0);

      const json = await crossfade('drill', 'restore', 'local', '--json');
      const record = JSON.parse(json.stdout) as Record<string, unknown>;
      expect(record).to.include({ environment: 'local', answer: 'yes' });
      expect(record['milliseconds']).to.be.above(0);
      expect(record['evidence'], 'the newest backup has what the first release brought').to.include({ rows: 20_001 });

      const file = join(project.folder, 'Pulumi.local.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace('"restoreDrill":"1h"', '"restoreDrill":"1ms"'));
      const late = await deploy('1.3.0');
      expect(late.exitCode, late.all).to.equal(3);
      expect(late.all).to.match(/the last good restore drill is .* old, and may be 1 ms/);
    });
  });
}
