// Stands in for the engine where no AWS provider can be had: on the environment's stack it only knows outputs; on a
// slot's it does to ECS what the slot's program would, by ECS's own calls. Words and answers are those of `pulumi`.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Colour } from '../../../contract/colour.js';
import { awsOutputsSchema } from '../../../contract/outputs.js';
import { parse } from '../../../contract/parse.js';
import { slotInputSchema, type SlotInput } from '../../../contract/slot-input.js';
import { removeSlot, standSlot } from './stand-slot.js';

const folder = process.env['CROSSFADE_TEST_STACKS'] ?? '';
const moto = process.env['CROSSFADE_TEST_MOTO'] ?? '';
const words = process.argv.slice(2);
const word = (flag: string): string => words[words.indexOf(flag) + 1] ?? '';
const fileOf = (stack: string): string => join(folder, `${stack}.json`);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function environmentOf(stack: string) {
  const saved = JSON.parse(readFileSync(fileOf(stack.replace(/-(blue|green)$/, '')), 'utf8')) as { outputs: unknown };
  return parse(awsOutputsSchema, saved.outputs, 'the outputs of the environment');
}

async function up(stack: string): Promise<void> {
  const asked = JSON.parse(readFileSync(word('--config-file'), 'utf8')) as { config?: Record<string, unknown> };
  const input: SlotInput = parse(slotInputSchema, asked.config?.['crossfade:run'], 'the run');
  await standSlot({ moto, stack, environment: environmentOf(stack), colour: colourOf(stack), input });
  writeFileSync(fileOf(stack), JSON.stringify({ outputs: { input } }));
}

async function destroy(stack: string): Promise<void> {
  await removeSlot({ moto, environment: environmentOf(stack), colour: colourOf(stack) });
  writeFileSync(fileOf(stack), JSON.stringify({ outputs: {} }));
}

const colourOf = (stack: string): Colour => (stack.endsWith('-blue') ? 'blue' : 'green');

const lock = (stack: string): string => join(folder, `${stack}.lock`);

async function changed(stack: string, act: (stack: string) => Promise<void>): Promise<void> {
  if (existsSync(lock(stack))) {
    say({ diagnosticEvent: { severity: 'error', message: 'the stack is currently locked by 1 lock(s)' } });
    process.exitCode = 255;
    return;
  }
  writeFileSync(lock(stack), '');
  try {
    await act(stack);
  } finally {
    rmSync(lock(stack), { force: true });
  }
  say({ summaryEvent: { resourceChanges: { create: 1 }, durationSeconds: 1 } });
}

mkdirSync(folder, { recursive: true });
switch (words.slice(0, words[0] === 'stack' ? 2 : 1).join(' ')) {
  case 'version':
    process.stdout.write('v3.250.0\n');
    break;
  case 'stack export': {
    const file = fileOf(word('--stack'));
    if (existsSync(file)) {
      const { outputs } = JSON.parse(readFileSync(file, 'utf8')) as { outputs: unknown };
      const stack = { urn: 'urn:pulumi:x::shop::pulumi:pulumi:Stack::shop-x', type: 'pulumi:pulumi:Stack', outputs };
      say({ version: 3, deployment: { resources: [stack] } });
    } else process.exitCode = 6;
    break;
  }
  case 'stack init':
    writeFileSync(fileOf(words[2] ?? ''), JSON.stringify({ outputs: {} }));
    break;
  case 'up':
    await changed(word('--stack'), up);
    break;
  case 'destroy':
    await changed(word('--stack'), destroy);
    break;
  default:
    process.stderr.write(`the stand-in for pulumi does not know: ${words.join(' ')}\n`);
    process.exitCode = 1;
}
