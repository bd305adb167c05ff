import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findEnvironment } from '../../cli/find-environment.js';
import { ConfigurationError } from '../../contract/errors.js';
import { writeProject } from '../support/command-line.js';
import { rejection } from '../support/rejection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('finding an environment', () => {
  const folder = temporaryFolder();
  const file = () => join(folder.path, 'Pulumi.local.yaml');
  const find = (name?: string) => findEnvironment(name, folder.path);
  const refusal = (name?: string) => rejection(find(name), ConfigurationError);

  beforeEach(() => writeProject(folder.path));

  it('reads what the stack file says, with paths relative to it', async () => {
    const found = await find('local');
    expect(found).to.deep.include({ name: 'local', file: file(), folder: folder.path });
    expect(found.directory).to.equal(join(folder.path, '.crossfade/local'));
    expect(found.configuration.services['api']?.kind).to.equal('routed');
  });

  it('needs no name where there is one environment, from any folder below', async () => {
    await writeFile(join(folder.path, 'Pulumi.local-blue.yaml'), 'config: {}\n');
    await mkdir(join(folder.path, 'src/deep'), { recursive: true });
    expect((await findEnvironment(undefined, join(folder.path, 'src/deep'))).name).to.equal('local');
  });

  it('asks which one where there are several, and names them', async () => {
    await writeFile(join(folder.path, 'Pulumi.staging.yaml'), 'config: {}\n');
    const error = await refusal();
    expect(error.message).to.equal('which environment?');
    expect(error.hint).to.equal('name one of local, staging');
  });

  it('says what there is instead of one that is not there', async () => {
    const error = await refusal('production');
    expect(error.message).to.contain('there is no environment production');
    expect(error.hint).to.equal('there is local');
  });

  it('says that this is no project', async () => {
    const error = await rejection(findEnvironment(undefined, '/'), ConfigurationError);
    expect(error.message).to.contain('no Pulumi.yaml in /');
  });

  for (const name of ['local-blue', '../etc', 'Local', '-x', 'a;b']) {
    it(`refuses ${name} as a name`, async () => {
      expect((await refusal(name)).message).to.contain('environment: (top level): expected');
    });
  }

  const wrong: Record<string, readonly [string, RegExp]> = {
    'an unknown key': [
      '    colour: blue\n',
      /Pulumi\.local\.yaml:11: crossfade:environment: \(top level\): expected no key 'colour', found it/,
    ],
    'a value of another kind': ['    port: high\n', /:11: crossfade:environment: port: expected number, found "high"/],
    'a value that is too high': [
      '    port: 70000\n',
      /:11: crossfade:environment: port: expected at most 65535, found 70000/,
    ],
    'weights that do not end at 100': [
      '    rules:\n      weights: [10, 50]\n',
      /:12: crossfade:environment: rules\.weights: expected weights that end at 100/,
    ],
    'a mistake in a list': [
      '    rules:\n      weights:\n        - 10\n        - many\n',
      /:14: .*rules\.weights\.1: expected number, found "many"/,
    ],
  };
  for (const [what, [more, says]] of Object.entries(wrong)) {
    it(`names file, line, path, what was expected and what was found, of ${what}`, async () => {
      await writeProject(folder.path, { more });
      expect((await refusal()).message).to.match(says);
    });
  }

  it('shows every mistake at once', async () => {
    await writeProject(folder.path, { more: '    port: high\n    colour: blue\n' });
    expect((await refusal()).message.split('\n')).to.have.length(2);
  });

  it('names the line of a key that stands there twice', async () => {
    await writeProject(folder.path, { more: '    product: other\n' });
    expect((await refusal()).message).to.match(/Map keys must be unique at line \d+/);
  });

  it('points at what misses a key', async () => {
    await writeProject(folder.path, { services: '\n      api: { path: /api }' });
    expect((await refusal()).message).to.match(/:9: crossfade:environment: services\.api/);
  });

  it('fault 65: refuses a file that explodes when it is read', async () => {
    const level = (number: number): string => {
      const item = number === 0 ? 'x' : `*a${number - 1}`;
      return `  a${number}: &a${number} [${Array<string>(9).fill(item).join(', ')}]\n`;
    };
    const bomb = Array.from({ length: 8 }, (_, number) => level(number)).join('');
    await writeFile(file(), `bomb:\n${bomb}config:\n  crossfade:environment: *a7\n`);
    expect((await refusal('local')).message).to.contain('too many aliases');
  });

  it('never repeats a long value, which may be a secret', async () => {
    await writeProject(folder.path, { more: `    port: ${'s3cret'.repeat(20)}\n` });
    expect((await refusal()).message)
      .to.contain('text of 120 characters')
      .and.to.not.contain('s3cret');
  });
});
