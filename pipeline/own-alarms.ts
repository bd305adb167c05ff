import { z } from 'zod';
import type { JsonObject } from '../contract/json.js';
import { ownAlarmOf, type WatchedMetric } from './watched-metrics.js';

export interface OwnAlarm {
  readonly item: WatchedMetric;
  readonly because: string;
  readonly evidence: JsonObject;
}

const number = z.number().nullable().catch(null);
const seenSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      slot: z
        .object({
          requests: number,
          errors: number,
          latency: z.object({ p50: number, p95: number, p99: number }).nullable().catch(null),
        })
        .nullable()
        .catch(null),
    }),
  ),
});
type Slot = z.infer<typeof seenSchema>['services'][string]['slot'];

/**
 * Alarm lines that the judged slot is beyond, by the counters since its share was shifted, as a judgement's evidence has
 * them. Plain figures, because an alarm moves nothing; with fewer requests than a judgement needs it says nothing. Pure.
 */
export function ownAlarms(
  items: readonly WatchedMetric[],
  evidence: JsonObject,
  { minimumRequests }: { readonly minimumRequests: number },
): OwnAlarm[] {
  const { services = {} } = seenSchema.safeParse(evidence).data ?? {};
  return items.flatMap((item) => {
    const line = ownAlarmOf(item.check);
    if (line === undefined) return [];
    const beyond = Object.entries(services).flatMap(([service, { slot }]) => {
      const value = (slot?.requests ?? 0) < minimumRequests ? undefined : valueOf(slot, line.name);
      return value !== undefined && line.isCrossedBy(value) ? [{ service, value }] : [];
    });
    if (beyond.length === 0) return [];
    const unit = line.name === 'errorPercent' ? '%' : ' ms';
    const told = beyond.map(({ service, value }) => `${service}: ${Number(value.toPrecision(3))}${unit}`);
    return [{ item, because: `${line.words} of ${told.join(', ')}`, evidence: { beyond } }];
  });
}

function valueOf(slot: Slot, name: NonNullable<ReturnType<typeof ownAlarmOf>>['name']): number | undefined {
  switch (name) {
    case 'errorPercent':
      if (slot === null || slot.errors === null || slot.requests === null || slot.requests === 0) return undefined;
      return (100 * slot.errors) / slot.requests;
    case 'p50Milliseconds':
      return slot?.latency?.p50 ?? undefined;
    case 'p95Milliseconds':
      return slot?.latency?.p95 ?? undefined;
    case 'p99Milliseconds':
      return slot?.latency?.p99 ?? undefined;
  }
}
