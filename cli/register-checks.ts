import type { Command } from '@commander-js/extra-typings';
import { registerReleases } from './register-releases.js';

/** Commands that only look, and those about releases. */
export function registerChecks(program: Command): void {
  registerReleases(program);
}
