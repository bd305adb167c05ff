import type { Redaction } from '../run/redaction.js';
import type { Answered } from './answer-duty.js';

/** As a gate's answer is before it is recorded. */
export function redactedAnswer(redact: Redaction['event']): (line: Answered) => Answered {
  return (line) => {
    const { duty: step, answer, because, evidence } = line;
    const body = redact({ kind: 'asked', step, answer, because, evidence });
    return body.kind === 'asked' ? { ...line, because: body.because, evidence: body.evidence } : line;
  };
}
