import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Colour } from '../../contract/colour.js';
import { exitCodes, type ExitCode } from '../../contract/errors.js';
import { canonicalJson } from '../../contract/json.js';
import type { ReviewedPreview } from '../../contract/planned-change.js';
import { isOpen } from '../../pipeline/preview/verdict.js';
import { openEnvironment } from '../open-environment.js';
import { previewStacks, type Previews } from '../preview/preview-stacks.js';
import { previewJson } from '../print/preview-json.js';
import { previewLines } from '../print/preview-lines.js';
import { previewMarkdown } from '../print/preview-markdown.js';
import { interrupts } from '../run/interrupts.js';

export interface PreviewCommandOptions {
  readonly slot: Colour | undefined;
  readonly json: boolean;
  readonly markdown: boolean;
  readonly save: string | undefined;
  readonly policyPack: string | undefined;
  readonly refresh: boolean;
}

/** What an up of the environment and its standing slots would do, danger first. Refused when something dangerous is allowed by nobody. */
export async function preview(name: string | undefined, options: PreviewCommandOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const interrupt = interrupts((line) => process.stderr.write(`${line}\n`));
  const { json, markdown, save, slot, policyPack, refresh } = options;
  try {
    const work = { signal: interrupt.signal, say: (line: string) => void process.stderr.write(`${line}\n`) };
    const pack = policyPack === undefined ? {} : { policyPack: resolve(policyPack) };
    const previews = await previewStacks(environment, { slot, work, refresh, ...pack });
    if (save !== undefined)
      await writeFile(save, `${JSON.stringify(reviewedPreview(previews, environment.clock.now()))}\n`);
    if (json) process.stdout.write(`${canonicalJson(previewJson(previews))}\n`);
    else if (markdown) process.stdout.write(previewMarkdown(previews));
    else process.stdout.write(`${previewLines(previews).join('\n')}\n`);
    return isStopped(previews) ? exitCodes.refused : exitCodes.done;
  } finally {
    interrupt.stop();
  }
}

/** Something is dangerous, unknown or hidden, and nobody has allowed it. */
export function isStopped({ stacks }: Pick<Previews, 'stacks'>): boolean {
  return stacks.some(({ hidden, changes }) => hidden.length > 0 || changes.some(isOpen));
}

function reviewedPreview({ environment, stacks }: Previews, now: Date): ReviewedPreview {
  return { format: 1, environment, madeAt: now.toISOString(), stacks: stacks.map(({ reviewed }) => reviewed) };
}
