import type { Answer } from '../../contract/verdict.js';
import type { Finding } from './finding.js';

export interface ServiceFindings {
  readonly service: string;
  readonly findings: readonly Finding[];
}

/** One line for a tired operator: all that is well, or first what worries most and how much more of that there is. */
export function becauseOf(answer: Answer, services: readonly ServiceFindings[]): string {
  const matching = services.map(({ service, findings }) => ({
    service,
    findings: findings.filter((finding) => finding.answer === answer),
  }));
  if (answer === 'yes') return listed(matching, (findings) => findings.map(({ because }) => because).join(', '));
  const worries = matching.flatMap(({ service, findings }) =>
    findings.filter(({ lacking }) => lacking !== true).map(({ because }) => `${service}: ${because}`),
  );
  const [first, ...others] = worries;
  if (first === undefined) return listed(matching, ([one]) => one?.because ?? '');
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

function listed(services: readonly ServiceFindings[], describe: (findings: readonly Finding[]) => string): string {
  return services
    .filter(({ findings }) => findings.length > 0)
    .map(({ service, findings }) => `${service}: ${describe(findings)}`)
    .join('; ');
}
