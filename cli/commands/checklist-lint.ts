import { compile } from '../../checklist/compile.js';
import { lint } from '../../checklist/lint/lint.js';
import type { Finding } from '../../checklist/lint/finding.js';
import { exitCodes, type ExitCode } from '../../contract/errors.js';
import { readChecklist } from '../checklist/read-checklist.js';
import { readSql } from '../checklist/read-sql.js';
import { lintLines } from '../print/checklist-lines.js';
import { print } from '../print/print.js';

/** What is wrong with a document: contradictions, steps that can't work, and annotations that can't be read. */
export async function lintChecklist(file: string, { json }: { readonly json: boolean }): Promise<ExitCode> {
  const document = await readChecklist(file);
  const problems = compile(document).problems.map(({ line, says }): Finding => ({
    code: 'annotation',
    lines: [line],
    because: says,
    better: 'docs/checklists.md lists what an annotation may say',
  }));
  const findings = [...problems, ...(await lint(document, readSql))];
  print(json, findings, () => lintLines(file, findings));
  return findings.length === 0 ? exitCodes.done : exitCodes.refused;
}
