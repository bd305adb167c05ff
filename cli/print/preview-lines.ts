import { counted } from '../../contract/counted.js';
import { isOpen, type JudgedChange, type JudgedStack } from '../../pipeline/preview/verdict.js';
import type { Previews } from '../preview/preview-stacks.js';
import { plainName } from '../preview/plain-name.js';

/** For people: danger first, each with its reason; harmless changes are only counted. */
export function previewLines(previews: Previews): string[] {
  const { environment, live, liveBecause, stacks, missing, badExceptions } = previews;
  const who =
    live === null
      ? `unknown: both treated as live (${liveBecause})`
      : `${live.join(' and ') || 'none'} (${liveBecause})`;
  return [
    `${environment}: live is ${who}`,
    ...badExceptions.map((problem) => `  WARNING  this exception says nothing: ${problem}`),
    ...missing.map((stack) => `\n${stack}  does not exist yet: an up would create all of it`),
    ...stacks.flatMap(stackLines),
    '',
    conclusion(previews),
  ];
}

/** What to make of it, in one sentence. */
export function conclusion({ stacks, missing }: Pick<Previews, 'stacks' | 'missing'>): string {
  const open = stacks.flatMap(({ changes }) => changes.filter(isOpen)).length;
  const hidden = stacks.filter((stack) => stack.hidden.length > 0).map(({ stack }) => stack);
  const said = [
    ...(hidden.length === 0 ? [] : [`NOT COMPLETE: what else an up of ${hidden.join(' and ')} would do is not known`]),
    ...(open === 0
      ? []
      : [`${counted(open, 'change is', 'changes are')} dangerous or unknown, and allowed by no exception`]),
  ];
  if (said.length > 0) return said.join('; ');
  return missing.length > 0 ? 'a stack does not exist yet' : 'nothing dangerous that is not allowed';
}

function stackLines({ stack, hidden, changes, reviewed }: JudgedStack): string[] {
  const harmless = changes.filter(({ danger }) => danger === 'harmless').length;
  return [
    '',
    `${stack}  ${changes.length === 0 ? 'no changes' : reviewed.hash}`,
    ...hidden.map((text) => `  HIDDEN    ${text.replaceAll('\n', '\n            ')}`),
    ...changes.filter(({ danger }) => danger !== 'harmless').flatMap(changeLines),
    ...(harmless === 0 ? [] : [`  harmless  ${counted(harmless, 'change')}`]),
  ];
}

function changeLines(change: JudgedChange): string[] {
  const { danger, findings, exemption } = change;
  const word = isOpen(change) ? danger.toUpperCase() : danger;
  return [
    `  ${word.padEnd(9)} ${change.change.operation} ${plainName(change.change)}`,
    ...findings.map(
      (finding) => `              ${finding.danger === danger ? '' : `${finding.danger}: `}${finding.because}`,
    ),
    ...(exemption === undefined
      ? []
      : exemption.accepted
        ? [`              allowed by ${exemption.by} until ${exemption.expires}: ${exemption.because}`]
        : exemption.because.map((because) => `              NOT allowed: ${because}`)),
  ];
}
