import type { Event } from '../../contract/event.js';

export interface Alarm {
  /** Of the event. */
  readonly index: number;
  readonly because: string;
}

/**
 * Metrics of the checklist that have crossed their alarm line, in the order of the journal. One that comes and goes
 * within one step is told once: the journal has the rest.
 */
export function alarmsIn(events: readonly Event[]): Alarm[] {
  const told = new Set<string>();
  return events.flatMap(({ body }, index) => {
    if (body.kind !== 'noted' || body.evidence['alarm'] !== true) return [];
    const { item } = body.evidence;
    const which = `${body.step ?? ''} ${typeof item === 'string' ? item : ''}`;
    if (told.has(which)) return [];
    told.add(which);
    return [{ index, because: body.message.replace(/^alarm: /, '') }];
  });
}
