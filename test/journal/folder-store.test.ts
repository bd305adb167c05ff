import { expect } from 'chai';
import { chmod, mkdir, readdir, readFile, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { IntegrityError, StoreError } from '../../contract/errors.js';
import { FolderStore } from '../../journal/folder-store.js';
import { rejection } from '../support/rejection.js';
import { storeConformance } from '../support/store-conformance.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('folder store', () => {
  const folder = temporaryFolder();
  const open = () => new FolderStore(join(folder.path, 'store'));
  const file = (...parts: string[]) => join(folder.path, 'store', ...parts);

  storeConformance(() => Promise.resolve(open()));

  it('keeps files and folders to their owner', async () => {
    const store = open();
    await store.append('journals/r', 0, 'text');
    await store.put('outputs/local.json', '{}');
    const modes = ['journals/r/000000000.json', 'outputs/local.json', 'journals/r', 'journals', 'outputs'].map(
      async (name) => (await stat(file(name))).mode & 0o777,
    );
    expect(await Promise.all(modes)).to.deep.equal([0o600, 0o600, 0o700, 0o700, 0o700]);
  });

  it('leaves no draft behind, and sweeps away those of killed processes', async () => {
    await mkdir(file('.drafts'), { recursive: true });
    await writeFile(file('.drafts', 'killed'), 'half');
    await utimes(file('.drafts', 'killed'), 1, 1);
    await writeFile(file('.drafts', 'at-work'), 'half');
    const store = open();
    await store.append('journals/r', 0, 'text');
    await store.append('journals/r', 0, 'again');
    expect(await readdir(file('.drafts'))).to.deep.equal(['at-work']);
  });

  for (const [how, length] of [
    ['cut off', 5],
    ['emptied', 0],
  ] as const) {
    it(`sets a last record aside that was ${how}, and keeps it`, async () => {
      const store = open();
      await store.append('journals/r', 0, 'the first text');
      await store.append('journals/r', 1, 'the second text');
      await truncate(file('journals/r/000000001.json'), length);
      const reading = await store.read('journals/r');
      expect(reading.torn).to.equal(1);
      expect(reading.records.map(({ sequence }) => sequence)).to.deep.equal([0]);
      expect(await store.mend('journals/r')).to.equal(1);
      expect(await store.mend('journals/r')).to.equal(undefined);
      expect(await store.append('journals/r', 1, 'the second text again')).to.equal('appended');
      const kept = (await readdir(file('journals/r'))).find((name) => name.endsWith('.torn'));
      expect(await readFile(file('journals/r', kept ?? ''), 'utf8')).to.equal('the second text'.slice(0, length));
    });
  }

  it('calls a record that is cut off in the middle what it is, with its path', async () => {
    const store = open();
    for (const sequence of [0, 1, 2]) await store.append('journals/r', sequence, 'some text');
    await truncate(file('journals/r/000000001.json'), 3);
    const error = await rejection(store.read('journals/r'));
    expect(error).to.be.instanceOf(IntegrityError);
    expect(error.message).to.contain('000000001.json');
  });

  it('follows no symbolic link, neither of a record nor of a folder nor of a key', async () => {
    const store = open();
    await store.append('journals/r', 0, 'text');
    await writeFile(join(folder.path, 'elsewhere'), 'secret\n');
    await mkdir(join(folder.path, 'outside'));
    await symlink(join(folder.path, 'elsewhere'), file('journals/r/000000001.json'));
    await symlink(join(folder.path, 'outside'), file('journals/linked'));
    await mkdir(file('outputs'));
    await symlink(join(folder.path, 'elsewhere'), file('outputs/local.json'));
    for (const attempt of [
      () => store.read('journals/r'),
      () => store.append('journals/linked', 0, 'text'),
      () => store.read('journals/linked'),
      () => store.get('outputs/local.json'),
    ]) {
      const error = await rejection(attempt());
      expect(error).to.be.instanceOf(StoreError);
      expect(error.message).to.contain('symbolic link');
    }
    expect(await store.append('journals/r', 1, 'text')).to.equal('exists');
    expect(await readdir(join(folder.path, 'outside'))).to.deep.equal([]);
  });

  it('replaces a linked key by a file, and leaves what the link pointed to', async () => {
    const store = open();
    await store.put('outputs/other.json', '{}');
    await writeFile(join(folder.path, 'elsewhere'), 'kept');
    await symlink(join(folder.path, 'elsewhere'), file('outputs/local.json'));
    await store.put('outputs/local.json', '{"new":true}');
    expect(await readFile(join(folder.path, 'elsewhere'), 'utf8')).to.equal('kept');
    expect(await store.get('outputs/local.json')).to.equal('{"new":true}');
  });

  it('says that a file stands where it wants a folder', async () => {
    await writeFile(file(), 'I am a file');
    const error = await rejection(open().append('journals/r', 0, 'text'));
    expect(error).to.be.instanceOf(StoreError);
    expect(error.message).to.contain('a file stands where the store has a folder');
  });

  it('says so when it may not write', async function () {
    if (process.getuid?.() === 0) this.skip();
    const store = open();
    await store.append('journals/r', 0, 'text');
    await chmod(file('.drafts'), 0o500);
    const error = await rejection(store.append('journals/r', 1, 'text'), StoreError);
    expect(error).to.be.instanceOf(StoreError);
    expect(error.retryable).to.equal(false);
  });

  describe('on a disk of its own (needs root)', () => {
    const disk = () => join(folder.path, 'disk');

    beforeEach(async function () {
      await mkdir(disk());
      const mounted = await execa('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk()], { reject: false });
      if (mounted.exitCode !== 0) this.skip();
    });

    afterEach(() => execa('umount', [disk()], { reject: false }));

    it('fault 53: reports a full disk as something that may pass, and loses nothing', async () => {
      const store = new FolderStore(disk());
      await store.append('journals/r', 0, 'text');
      await writeFile(join(disk(), 'ballast'), Buffer.alloc(1_000_000)).catch(() => undefined);
      const error = await rejection(store.append('journals/r', 1, 'more'.repeat(2_000)), StoreError);
      expect(error).to.be.instanceOf(StoreError);
      expect(error.message).to.contain('the disk is full');
      expect(error.hint).to.contain('free some space');
      expect(error.retryable).to.equal(true);
      expect(await store.read('journals/r')).to.deep.equal({
        records: [{ sequence: 0, text: 'text' }],
        torn: undefined,
      });
      await truncate(join(disk(), 'ballast'), 0);
      expect(await store.append('journals/r', 1, 'more'.repeat(2_000))).to.equal('appended');
    });

    it('fault 53: reports a read-only disk as something that stays', async () => {
      const store = new FolderStore(disk());
      await store.append('journals/r', 0, 'text');
      await execa('mount', ['-o', 'remount,ro', disk()]);
      const error = await rejection(store.append('journals/r', 1, 'text'), StoreError);
      expect(error).to.be.instanceOf(StoreError);
      expect(error.message).to.contain('read-only');
      expect(error.retryable).to.equal(false);
      expect((await store.read('journals/r')).records).to.have.length(1);
    });
  });
});
