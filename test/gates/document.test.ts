import { expect } from 'chai';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../../contract/errors.js';
import { GateQuestion } from '../support/gate-question.js';
import { rejection } from '../support/rejection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a document of the checklist', () => {
  const folder = temporaryFolder();
  const ask = (path: string, contains?: string) =>
    new GateQuestion(() => join(folder.path, 'project')).ask({
      kind: 'document',
      path,
      ...(contains === undefined ? {} : { contains }),
    });

  beforeEach(async () => {
    await mkdir(join(folder.path, 'project'));
    await writeFile(join(folder.path, 'project', 'runbook.md'), '# Runbook\n\nCall Ada.\n');
  });

  it('is there and says what it must, or not', async () => {
    expect(await ask('runbook.md', 'Call Ada')).to.include({ answer: 'yes', because: 'runbook.md is there' });
    expect(await ask('runbook.md', 'Call Grace')).to.include({ answer: 'no' });
    expect(await ask('other.md')).to.include({ answer: 'no', because: 'there is no other.md' });
    await writeFile(join(folder.path, 'project', 'empty.md'), '\n');
    expect(await ask('empty.md')).to.include({ answer: 'no', because: 'empty.md is empty' });
  });

  it('is unknown where it can not be read', async () => {
    expect(await ask('.')).to.include({ answer: 'unknown', because: ". can't be read (EISDIR)" });
  });

  it('fault 66: never lies outside of the project, neither by its path nor by a link', async () => {
    await writeFile(join(folder.path, 'secret'), 'x');
    await symlink(join(folder.path, 'secret'), join(folder.path, 'project', 'link.md'));
    for (const path of ['../secret', join(folder.path, 'secret'), 'link.md', 'a/../../secret']) {
      expect(await rejection(ask(path))).to.be.instanceOf(ConfigurationError);
    }
  });
});
