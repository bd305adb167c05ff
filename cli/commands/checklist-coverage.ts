import { compiledOrRefused } from '../../checklist/compile.js';
import { coverageOf, sharesOf } from '../../checklist/coverage.js';
import { exitCodes, type ExitCode } from '../../contract/errors.js';
import { readChecklist } from '../checklist/read-checklist.js';
import { coverageLines } from '../print/checklist-lines.js';
import { print } from '../print/print.js';

/** Every line that asks for something, with what proves it; and the shares. */
export async function checklistCoverage(file: string, { json }: { readonly json: boolean }): Promise<ExitCode> {
  const document = await readChecklist(file);
  const lines = coverageOf(document, compiledOrRefused(document));
  const shares = sharesOf(lines);
  print(json, { lines, shares }, () => coverageLines(lines, shares));
  return exitCodes.done;
}
