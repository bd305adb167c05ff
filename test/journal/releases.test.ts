import { expect } from 'chai';
import { ConfigurationError, IntegrityError, RefusedError } from '../../contract/errors.js';
import { createRelease, listReleases, readRelease } from '../../journal/releases.js';
import { MemoryStore } from '../support/memory-store.js';
import { someRelease } from '../support/product.js';
import { rejection } from '../support/rejection.js';

describe('releases', () => {
  let store: MemoryStore;

  beforeEach(() => {
    store = new MemoryStore();
  });

  it('come back as they were made', async () => {
    const release = someRelease('1.0.0');
    expect(await createRelease(store, release)).to.deep.equal({ release, created: true });
    expect(await readRelease(store, '1.0.0')).to.deep.equal(release);
  });

  it('stay the first one when the same is made again later', async () => {
    await createRelease(store, someRelease('1.0.0'));
    const again = await createRelease(store, someRelease('1.0.0', { createdAt: '2026-05-05T00:00:00Z' }));
    expect(again.created).to.equal(false);
    expect(again.release.createdAt).to.equal('2026-01-01T00:00:00Z');
  });

  it('never change: another content under the same version is refused, with what differs', async () => {
    await createRelease(store, someRelease('1.0.0'));
    const error = await rejection(createRelease(store, someRelease('1.0.0', { requiredSettings: ['TOKEN'] })));
    expect(error).to.be.instanceOf(RefusedError);
    expect(error.message).to.contain('1.0.0').and.to.contain('requiredSettings');
    expect((await readRelease(store, '1.0.0')).requiredSettings).to.deep.equal([]);
  });

  it('are listed from the oldest to the newest, whatever their versions', async () => {
    for (const [version, createdAt] of [
      ['1.10.0', '2026-01-02T00:00:00Z'],
      ['1.9.0', '2026-01-01T00:00:00Z'],
      ['1.9.1', '2026-01-03T00:00:00Z'],
    ] as const) {
      await createRelease(store, someRelease(version, { createdAt }));
    }
    expect((await listReleases(store)).map(({ version }) => version)).to.deep.equal(['1.9.0', '1.10.0', '1.9.1']);
  });

  it('that do not exist are refused with the command that makes them', async () => {
    const error = await rejection(readRelease(store, '9.9.9'), RefusedError);
    expect(error.hint).to.contain('crossfade release create --version 9.9.9');
  });

  it('cannot be asked for by a path', async () => {
    expect(await rejection(readRelease(store, '../outputs/local'))).to.be.instanceOf(ConfigurationError);
  });

  it('that somebody edited into nonsense are an integrity error', async () => {
    await store.put('releases/1.0.0.json', '{"format":1,"version":"1.0.0"}');
    expect(await rejection(readRelease(store, '1.0.0'))).to.be.instanceOf(IntegrityError);
  });
});
