import type { Store } from '../../journal/store.js';

/** Where a process dies: just before or just after its n-th journal append (counted from 0). */
export interface KillPoint {
  readonly append: number;
  readonly when: 'before' | 'after';
}

/** A store whose process kills itself with SIGKILL at one of its own journal appends; everything else goes through. */
export function killStore(store: Store, point: KillPoint): Store {
  let count = 0;
  return new Proxy(store, {
    get(target, name) {
      if (name !== 'append') {
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      }
      return async (...args: Parameters<Store['append']>) => {
        const counted = args[0].startsWith('journals/');
        const here = counted && count === point.append;
        if (counted) count += 1;
        if (here && point.when === 'before') die();
        const outcome = await target.append(...args);
        if (here && point.when === 'after') die();
        return outcome;
      };
    },
  });
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a killed process went on');
}
