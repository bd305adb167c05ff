import { z } from 'zod';
import { printTable, type Table } from '../print-table.js';

const benchSchema = z.object({
  name: z.string(),
  run: z.custom<() => Promise<Table>>((value) => typeof value === 'function', 'a function'),
});

/** Runs the bench that its argument names and prints its table. */
const { name, run } = benchSchema.parse(await import(`../${process.argv[2] ?? ''}.ts`));
process.stdout.write(`${name}: ${printTable(await run())}\n`);
// Whatever a stopped measurement was waiting for.
process.exit();
