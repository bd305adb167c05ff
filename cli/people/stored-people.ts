import type { Plan } from '../../contract/plan.js';
import { readDecisions } from '../../journal/decisions.js';
import type { Store } from '../../journal/store.js';
import type { People, Vouched } from '../../pipeline/people/people.js';
import { vouch, type Listed } from '../../pipeline/people/vouch.js';

/** What people have put into the store by `approve`, `reject` and `sign`. */
export class StoredPeople implements People {
  readonly #store: Store;
  readonly #listed: Listed;

  constructor(store: Store, listed: Listed) {
    this.#store = store;
    this.#listed = listed;
  }

  get approvers(): Listed['approvers'] {
    return this.#listed.approvers;
  }

  async decisions({ environment, run }: Plan): Promise<readonly Vouched[]> {
    const lines = await readDecisions(this.#store, environment, run);
    return lines.map((line): Vouched => {
      const found = `decision ${line.sequence}`;
      if ('decision' in line) return vouch(line.decision, this.#listed, found);
      return { statement: undefined, words: '', found, problem: line.problem, proof: {} };
    });
  }
}
