import { MemoryStore } from '../support/memory-store.js';
import { storeConformance } from '../support/store-conformance.js';

describe('memory store of the tests', () => {
  storeConformance(() => Promise.resolve(new MemoryStore()));
});
