import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { clientProgramsOrSkip } from '../support/client-programs-or-skip.js';
import { databaseProject, type DatabaseProject } from '../support/database-project.js';

for (const kind of ['copy', 'dump'] as const) {
  describe(`crossfade drill restore, of a ${kind}`, function () {
    this.timeout(400_000);
    let shop: DatabaseProject;

    before(async function () {
      if (kind === 'dump') await clientProgramsOrSkip(this);
      shop = await databaseProject(kind, { database: { restoreDrill: '1h' } });
    });
    after(() => (shop as DatabaseProject | undefined)?.project.remove());

    it('is asked for before the second release, says how long it took, and is asked for again when it is too old', async () => {
      const { crossfade, deploy, project } = shop;
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
