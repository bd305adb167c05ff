import { isOpen, type JudgedStack } from '../../pipeline/preview/verdict.js';
import type { Previews } from '../preview/preview-stacks.js';
import { plainWords } from '../preview/plain-name.js';

/** For machines: what is classified, never the values that it was classified by. */
export function previewJson({ stacks, ...rest }: Previews): object {
  return { ...rest, stacks: stacks.map(stackJson) };
}

function stackJson({ stack, hidden, changes, reviewed }: JudgedStack): object {
  return {
    stack,
    hash: reviewed.hash,
    hidden,
    changes: changes.map((each) => ({
      urn: each.change.urn,
      name: each.change.name,
      type: each.change.type,
      operation: each.change.operation,
      paths: each.change.paths,
      danger: each.danger,
      findings: each.findings.map(({ danger, because }) => ({ danger, because: plainWords(because, 500) })),
      open: isOpen(each),
      exemption: each.exemption ?? null,
    })),
  };
}
