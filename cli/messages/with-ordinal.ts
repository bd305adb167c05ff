import type { Tell } from '../../contract/outbox.js';

/** A checklist may tell one receiver two things at once: the id of the second says so. */
export function withOrdinal(id: string, tells: readonly Pick<Tell, 'receiver'>[], index: number): string {
  const receiver = tells[index]?.receiver;
  const before = tells.slice(0, index).filter((tell) => tell.receiver === receiver).length;
  return before === 0 ? id : `${id}.${before + 1}`;
}
