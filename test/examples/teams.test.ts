import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { environmentConfigurationSchema } from '../../contract/configuration.js';
import { machineKinds } from '../../pipeline/checklist-steps.js';
import { itemsOf } from '../../demo/teams/items-of.js';
import { teams, type Team } from '../../demo/teams/team.js';

const stackSchema = z.object({ config: z.object({ 'crossfade:environment': z.unknown() }) });

describe('the teams of examples/', () => {
  let all: readonly Team[] = [];
  before(async () => {
    all = await teams();
  });

  it('are five', () => {
    expect(all.map(({ name }) => name)).to.deep.equal([
      'assistant-todo',
      'aws-blue-green',
      'flagged-api',
      'kubernetes-canary',
      'vps-performance',
    ]);
  });

  it('have environments that are what their files say', async () => {
    for (const { folder } of all) {
      const files = (await readdir(folder)).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
      expect(files, folder).to.include('Pulumi.local.yaml');
      for (const file of files) {
        const text = (await readFile(join(folder, file), 'utf8'))
          .replaceAll('STAND_INS', 'http://127.0.0.1:1')
          .replaceAll('MAIL', 'smtp://127.0.0.1:2');
        const stack = stackSchema.parse(parseYaml(text));
        const { checklist } = environmentConfigurationSchema.parse(stack.config['crossfade:environment']);
        expect(checklist, `${folder}/${file}`).to.equal('RELEASE.md');
      }
    }
  });

  it('make no exception for an item that they do not have, or that nobody asks', async () => {
    for (const team of all) {
      const asked = (await itemsOf(team.folder))
        .filter(({ check }) => machineKinds.includes(check.kind))
        .map(({ id }) => id);
      const excepted = [team.neverNo, team.notHere, team.waived].flatMap((each) => Object.keys(each));
      expect(asked, team.name).to.include.members(excepted);
    }
  });
});
