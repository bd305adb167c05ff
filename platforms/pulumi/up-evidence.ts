import type { JsonObject } from '../../contract/json.js';
import type { Replica } from '../../pipeline/ports/slots.js';
import type { EngineResult } from './engine.js';

/** What a run keeps of having brought a slot's stack up, and of what then ran in it. */
export function upEvidence(stack: string, result: EngineResult, replicas: readonly Replica[]): JsonObject {
  const { changes, seconds, stateBefore } = result;
  return {
    stack,
    seconds: Math.round(seconds * 1_000) / 1_000,
    changes,
    ...(stateBefore === undefined ? {} : { stateBefore }),
    replicas: replicas.map(({ service, id, digest, healthy }) => ({ service, id, digest, healthy })),
  };
}
