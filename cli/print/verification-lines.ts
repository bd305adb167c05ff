import type { Verification } from '../../journal/verify.js';

/** What was proven about journals, one by one, worst last so that it is seen. */
export function verificationLines(verifications: readonly Verification[]): string[] {
  if (verifications.length === 0) return ['no runs to verify'];
  const broken = verifications.filter(({ findings }) => findings.length > 0);
  const whole = verifications.filter(({ findings }) => findings.length === 0);
  return [
    ...whole.map(wholeLine),
    ...broken.flatMap(({ run, findings }) => [
      `BROKEN  ${run}`,
      ...findings.map(({ sequence, says }) => `        event ${sequence}: ${says}`),
    ]),
    `${whole.length} of ${verifications.length} journals are as they were written`,
  ];
}

function wholeLine({ run, events, head, provenTo, torn }: Verification): string {
  const end = head === undefined ? '' : `, ends at ${head.sequence} ${head.hash}`;
  const last = torn === undefined ? '' : `; line ${torn} was cut off by a crash and counts as never written`;
  return `whole   ${run}  ${events} events${end}; ${tail(events, provenTo)}${last}`;
}

function tail(events: number, provenTo: number | undefined): string {
  if (provenTo === undefined) return 'tail not provable: no lease has seen where it ends';
  if (provenTo === events - 1) return 'tail proven by the lease';
  return `proven by the lease up to event ${provenTo}, tail not provable`;
}
