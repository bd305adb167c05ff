import { jsonObjectSchema } from '../../../contract/json.js';
import type { MigrationReviewRecord } from '../../../contract/migration-review.js';
import type { Verdict } from '../../../contract/verdict.js';
import { describeFinding } from './describe-finding.js';

/** What a journal line has room for; the command shows all. */
const mostFindings = 100;
const mostReasons = 10;

/** A review as a gate answers it: with what stops, or what nobody can tell, and where. */
export function verdictOf(record: MigrationReviewRecord): Verdict {
  return { answer: record.answer, because: becauseOf(record), evidence: evidenceOf(record) };
}

export function evidenceOf(record: MigrationReviewRecord): Verdict['evidence'] {
  const findings = record.findings.filter(({ severity }) => severity !== 'note').slice(0, mostFindings);
  const leftOff = record.findings.length - findings.length;
  const short = { ...record, findings, acts: record.acts.slice(0, mostFindings), leftOff };
  return jsonObjectSchema.parse(JSON.parse(JSON.stringify(short)));
}

function becauseOf({ answer, findings, migrations, database }: MigrationReviewRecord): string {
  const of = (wanted: string) => findings.filter(({ severity }) => severity === wanted);
  if (answer === 'yes') {
    const unsized = database === null ? ', every table taken for a large one' : '';
    return `${migrations.length} reviewed, ${of('warn').length} warnings${unsized}`;
  }
  const lines = of(answer === 'no' ? 'stop' : 'warn').map(describeFinding);
  const more = lines.length > mostReasons ? [`and ${lines.length - mostReasons} more`] : [];
  return [...lines.slice(0, mostReasons), ...more].join('\n');
}
