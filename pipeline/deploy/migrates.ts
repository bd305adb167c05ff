import type { Release } from '../../contract/release.js';

export function migrates({ migrations, migrate }: Release): boolean {
  return migrations.length > 0 || migrate !== undefined;
}
