import { counted } from '../../contract/counted.js';
import { RefusedError } from '../../contract/errors.js';
import { isOpen, needsSignature, type JudgedStack } from '../../pipeline/preview/verdict.js';
import { plainName } from './plain-name.js';
import type { Reviewed } from './reviewed.js';

/** Throws RefusedError for what a review alone doesn't allow, and without one for everything that is not harmless. */
export function refuseDanger(stack: JudgedStack, reviewed: Reviewed | undefined, environment: string): void {
  if (stack.hidden.length > 0) {
    throw new RefusedError(`the preview of ${stack.stack} is not complete: ${stack.hidden.join('\n')}`, {
      hint: 'mend that first: an up would stop half-way',
    });
  }
  const unsigned = stack.changes.filter(needsSignature);
  if (unsigned.length > 0) {
    throw new RefusedError(
      `data would be lost, and nobody has signed for it: ${unsigned.map(({ change }) => plainName(change)).join(', ')}`,
      { hint: `an approver signs: crossfade exception sign ${environment} --help` },
    );
  }
  const open = stack.changes.filter(isOpen).length;
  if (open > 0 && reviewed === undefined) {
    throw new RefusedError(
      `${counted(open, 'dangerous or unknown change was', 'dangerous or unknown changes were')} not reviewed`,
      {
        hint: `crossfade preview ${environment} --save FILE, read it, then crossfade up ${environment} --reviewed FILE`,
      },
    );
  }
}
