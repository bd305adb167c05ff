import type { Command } from '@commander-js/extra-typings';

/** Commands that only look, and those about releases. */
export function registerChecks(_program: Command): void {
  // none yet
}
