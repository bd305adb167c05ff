import { writeFile } from 'node:fs/promises';
import { compile } from '../../checklist/compile.js';
import { coverageOf, sharesOf } from '../../checklist/coverage.js';
import { importChecklist } from '../../checklist/import/import-checklist.js';
import { openChecklist } from '../../checklist/open-checklist.js';
import { ConfigurationError, exitCodes, RefusedError, type ExitCode } from '../../contract/errors.js';
import { systemCode } from '../../journal/system-error.js';
import { readChecklist } from '../checklist/read-checklist.js';
import { importLines } from '../print/checklist-lines.js';
import { print } from '../print/print.js';

/** Writes the first annotated version of a document beside it, and lists what is proposed and what is not. */
export async function importChecklistCommand(
  file: string,
  { output, dryRun, json }: { readonly output: string | undefined; readonly dryRun: boolean; readonly json: boolean },
): Promise<ExitCode> {
  const document = await readChecklist(file);
  if ([...document.entries, ...document.blocks].some(({ annotations }) => annotations.length > 0)) {
    throw new RefusedError(`${file} has annotations already; nothing was written`, {
      hint: "'crossfade checklist coverage' lists what is mapped and what is not",
    });
  }
  const { text, proposed } = await importChecklist(document);
  const target = output ?? file.replace(/(?:\.(?:md|markdown|txt))?$/i, '.crossfade.md');
  const written = await openChecklist(target, Buffer.from(text));
  const lines = coverageOf(written, compile(written).checklist);
  if (!dryRun) await writeNew(target, text);
  const shares = sharesOf(lines);
  const added = text.split(/\r\n|\n|\r/).map((line) => /^ *<!-- crossfade[?:] /.test(line));
  const unmapped = lines
    .filter(({ share }) => share === 'unmapped')
    .map((each) => ({ ...each, line: each.line - added.slice(0, each.line).filter(Boolean).length }));
  print(json, { file: target, written: !dryRun, proposed, unmapped, shares }, () =>
    importLines({ target, dryRun, proposed, unmapped, shares, count: lines.length }),
  );
  return exitCodes.done;
}

/** Never over a file that is there: somebody may have accepted something in it. */
async function writeNew(target: string, text: string): Promise<void> {
  try {
    await writeFile(target, text, { flag: 'wx' });
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'EEXIST') {
      throw new RefusedError(`${target} is there already; nothing was written`, {
        cause,
        hint: 'choose another place with --output, or remove it',
      });
    }
    if (code === undefined) throw cause;
    throw new ConfigurationError(`${target} can't be written (${code})`, { cause });
  }
}
