import { counted } from '../../contract/counted.js';
import { isOpen, type JudgedChange, type JudgedStack } from '../../pipeline/preview/verdict.js';
import { plainName, plainWords } from '../preview/plain-name.js';
import type { Previews } from '../preview/preview-stacks.js';
import { codeBlock, codeSpan } from './markdown-code.js';
import { conclusion } from './preview-lines.js';

/** GitHub takes 65,536 characters a comment. */
const longestComment = 60_000;

/** Begins the comment, so that the next preview finds and replaces it. */
export function marker(environment: string): string {
  return `<!-- crossfade preview: ${environment} -->`;
}

/**
 * For a pull request: danger first and in sight, the rest folded. Names, reasons and messages come from a branch that
 * anybody may have written: each stands in code, where nothing is obeyed.
 */
export function previewMarkdown(previews: Previews): string {
  const { environment, stacks, missing, badExceptions, live, liveBecause } = previews;
  const known = live === null ? 'unknown, both slots are treated as live' : live.join(' and ') || 'none';
  const head = [
    marker(environment),
    `## Preview of ${environment}`,
    '',
    `**${conclusion(previews)}.** Live: ${known} (${codeSpan(plainWords(liveBecause))}).`,
    ...missing.map((stack) => `\n${codeSpan(stack)} does not exist yet: an up would create all of it.`),
    ...badExceptions.map((problem) => `\nAn exception that says nothing: ${codeSpan(plainWords(problem, 500))}`),
  ];
  const parts = stacks.flatMap(stackParts);
  const foot = ['', '<sub>Plans hold values; this comment holds none that Pulumi calls a secret.</sub>', ''];
  return fitted(head, parts, foot);
}

/** Whole parts only, from the top: a fence that is cut would let the rest out. */
function fitted(head: readonly string[], parts: readonly string[], foot: readonly string[]): string {
  let text = head.join('\n');
  let left = 0;
  for (const part of parts) {
    if (left === 0 && text.length + part.length <= longestComment) text += `\n${part}`;
    else left += 1;
  }
  const note = left === 0 ? '' : `\n\n**${left} more parts are left out here: run crossfade preview to see them.**`;
  return `${text}${note}${foot.join('\n')}`;
}

function stackParts({ stack, hidden, changes, reviewed }: JudgedStack): string[] {
  const open = changes.filter(isOpen);
  const allowed = changes.filter(({ danger, exemption }) => danger !== 'harmless' && exemption?.accepted === true);
  const rest = changes.filter((change) => !open.includes(change) && !allowed.includes(change));
  return [
    `\n### ${codeSpan(stack)}\n`,
    ...(changes.length === 0 && hidden.length === 0 ? ['No changes.'] : [`Plan ${codeSpan(reviewed.hash)}\n`]),
    ...hidden.map((text) => `**Not known what else an up would do:**\n\n${codeBlock(text)}\n`),
    ...open.map((change) => changeItem(change, `**${change.danger}**`)),
    ...allowed.map((change) => changeItem(change, `${change.danger}, allowed`)),
    ...(rest.length === 0 ? [] : folded(rest)),
  ];
}

function changeItem({ change, findings, exemption }: JudgedChange, word: string): string {
  const said =
    exemption === undefined
      ? []
      : exemption.accepted
        ? [
            `  - allowed by ${codeSpan(exemption.by)} until ${exemption.expires}: ${codeSpan(plainWords(exemption.because, 500))}`,
          ]
        : exemption.because.map((because) => `  - **not allowed:** ${codeSpan(plainWords(because, 300))}`);
  return [
    `- ${word}: ${change.operation} ${codeSpan(plainName(change))}`,
    ...findings.map(({ danger, because }) => `  - ${danger}: ${codeSpan(plainWords(because, 500))}`),
    ...said,
  ].join('\n');
}

function folded(changes: readonly JudgedChange[]): string[] {
  const items = changes.map((change) => changeItem(change, change.danger));
  // Each bundle closes what it opens, so that one that is left out breaks nothing.
  const bundles: string[][] = [];
  for (const [index, item] of items.entries()) {
    if (index % 50 === 0) bundles.push([]);
    bundles.at(-1)?.push(item);
  }
  return bundles.map(
    (bundle) =>
      `\n<details><summary>${counted(bundle.length, 'change')} without danger</summary>\n\n${bundle.join('\n')}\n\n</details>\n`,
  );
}
