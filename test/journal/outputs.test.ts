import { expect } from 'chai';
import { IntegrityError, RefusedError, StoreError } from '../../contract/errors.js';
import { readOutputs, readOutputsIfAny, saveOutputs } from '../../journal/outputs.js';
import { MemoryStore } from '../support/memory-store.js';
import { localOutputs, someServices } from '../support/product.js';
import { rejection } from '../support/rejection.js';

describe('snapshot of outputs', () => {
  const outputs = localOutputs(someServices());

  it('comes back as it was saved, and the newest counts', async () => {
    const store = new MemoryStore();
    await saveOutputs(store, { ...outputs, services: {} });
    await saveOutputs(store, outputs);
    expect(await readOutputs(store, 'local')).to.deep.equal(outputs);
  });

  it('is missing before the first up, and that is said with what to do', async () => {
    const store = new MemoryStore();
    expect(await readOutputsIfAny(store, 'local')).to.equal(undefined);
    expect((await rejection(readOutputs(store, 'local'), RefusedError)).hint).to.contain('pulumi up');
  });

  it('that does not fit is an integrity error, and one of another format a store error', async () => {
    const store = new MemoryStore();
    await store.put('outputs/local.json', '{"format":1,"platform":"local"}');
    expect(await rejection(readOutputs(store, 'local'))).to.be.instanceOf(IntegrityError);
    await store.put('outputs/local.json', '{"format":2}');
    expect(await rejection(readOutputs(store, 'local'))).to.be.instanceOf(StoreError);
  });
});
