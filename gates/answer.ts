import type { JsonObject } from '../contract/json.js';
import type { Verdict } from '../contract/verdict.js';

export function yes(because: string, evidence: JsonObject = {}): Verdict {
  return { answer: 'yes', because, evidence };
}

export function no(because: string, evidence: JsonObject = {}): Verdict {
  return { answer: 'no', because, evidence };
}

/** It could not be found out, which is neither. */
export function unknown(because: string, evidence: JsonObject = {}): Verdict {
  return { answer: 'unknown', because, evidence };
}
