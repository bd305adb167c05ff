import { acceptProposals } from '../../checklist/accept.js';
import { compiledOrRefused } from '../../checklist/compile.js';
import { openChecklist } from '../../checklist/open-checklist.js';
import { exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import { replaceFile } from '../checklist/replace-file.js';
import { readChecklist } from '../checklist/read-checklist.js';
import { print } from '../print/print.js';

/** Makes proposals count: all of them or none, and only where the document can be carried out afterwards. */
export async function acceptChecklist(
  file: string,
  ids: readonly string[],
  { dryRun, json }: { readonly dryRun: boolean; readonly json: boolean },
): Promise<ExitCode> {
  const { text, missing } = acceptProposals(await readChecklist(file), ids);
  if (missing.length > 0) {
    throw new RefusedError(`${file} proposes nothing under ${missing.join(', ')}; nothing was changed`, {
      hint: `'crossfade checklist plan ${file}' shows what is proposed`,
    });
  }
  compiledOrRefused(await openChecklist(file, Buffer.from(text)));
  if (!dryRun) await replaceFile(file, text);
  print(json, { file, accepted: ids, written: !dryRun }, () => [
    `${ids.length} accepted in ${file}${dryRun ? ' (dry run: nothing was written)' : ''}`,
  ]);
  return exitCodes.done;
}
