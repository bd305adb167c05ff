import { compiledOrRefused } from '../../checklist/compile.js';
import { planChecklist } from '../../checklist/plan.js';
import { exitCodes, type ExitCode } from '../../contract/errors.js';
import { readChecklist } from '../checklist/read-checklist.js';
import { checklistPlanLines } from '../print/checklist-lines.js';
import { print } from '../print/print.js';

/** What a checklist asks, phase by phase. Throws ConfigurationError while anything in it can't be carried out. */
export async function planChecklistCommand(
  file: string,
  { environment, json }: { readonly environment: string | undefined; readonly json: boolean },
): Promise<ExitCode> {
  const checklist = compiledOrRefused(await readChecklist(file));
  const items = checklist.items.filter(
    ({ environments }) => environment === undefined || environments.length === 0 || environments.includes(environment),
  );
  const phases = planChecklist({ ...checklist, items });
  print(json, phases, () => checklistPlanLines(phases));
  return exitCodes.done;
}
