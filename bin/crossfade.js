#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { staleness } from './staleness.js';

const stale = staleness(fileURLToPath(new URL('..', import.meta.url)));
if (stale === undefined) {
  const { main } = await import('../dist/command-line/main.js');
  await main(process.argv.slice(2));
} else {
  process.stderr.write(`This checkout of crossfade is not compiled: ${stale}. Run: npm run build\n`);
  process.exitCode = 2;
}
