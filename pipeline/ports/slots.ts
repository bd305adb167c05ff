import type { Colour } from '../../contract/colour.js';
import type { JsonObject } from '../../contract/json.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { ProbeAnswer, ProbeRequest } from './probe.js';
import type { Work } from './work.js';

export interface Replica {
  readonly service: string;
  readonly id: string;
  /** Of what really runs, seen on the platform, not what was asked for. */
  readonly digest: string;
  readonly healthy: boolean;
  readonly because?: string;
}

export interface SlotState {
  readonly colour: Colour;
  /** False: the slot's stack does not exist or is empty. */
  readonly standing: boolean;
  /** What its last run put there; undefined before the first, or when it can't be told. */
  readonly input: SlotInput | undefined;
  readonly replicas: readonly Replica[];
}

export interface Slots {
  state(colour: Colour, signal?: AbortSignal): Promise<SlotState>;
  /** `pulumi up` of the slot with this input; resolves when the platform says all replicas are healthy. */
  provision(colour: Colour, input: SlotInput, work: Work): Promise<JsonObject>;
  /** Refused (RefusedError) before anything is touched when the slot has weight, or requests in flight. */
  destroy(colour: Colour, work: Work): Promise<JsonObject>;
  /** Through the slot's own test route, which users don't get. Throws PlatformError when nothing answers. */
  probe(colour: Colour, request: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer>;
  /**
   * Lets a slot shrink by itself again, which `provision` keeps the other one from. Resolves to how it went and never
   * throws for the platform's sake: too many replicas harm nobody. Absent: slots do not scale by themselves. Idempotent.
   */
  letShrink?(colour: Colour, work: Work): Promise<JsonObject>;
  /** Replicas again, with new connections, after the database that they use was exchanged. Idempotent. */
  restart?(colour: Colour, work: Work): Promise<JsonObject>;
  /** From the slot's own counters. */
  quiet(colour: Colour): Promise<Quiet>;
}

export interface Quiet {
  readonly inFlight: number;
  /** Since the last request began; undefined: there was none as far as anybody can tell. */
  readonly idleMilliseconds: number | undefined;
  /** For so long after its end a request may still be taken for one in flight; left out: not at all. */
  readonly lateMilliseconds?: number;
}
