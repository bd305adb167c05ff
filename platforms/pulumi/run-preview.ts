import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../contract/errors.js';
import type { Lines } from './engine-output.js';
import { runAndRead, type EngineProcessOptions } from './engine-process.js';

const mostCharacters = 64 * 1_024 * 1_024;
const keptOfErrors = 8_192;

export interface EnginePreview {
  /** Undefined when it was killed. */
  readonly exitCode: number | undefined;
  /** One JSON document; it holds values in clear. */
  readonly stdout: string;
  readonly stderr: string;
  /** What mandatory rules of policy packs refuse, which the document leaves out. */
  readonly refusals: readonly string[];
}

/** `pulumi preview` with the flags given, to its end, whether or not that is a good one. `folder` is private, and goes. */
export async function runPreview(options: EngineProcessOptions, folder: string): Promise<EnginePreview> {
  const log = join(folder, 'events.json');
  // Replacements step by step, because their order tells whether something is gone for a while.
  const shape = ['preview', '--json', '--show-replacement-steps', '--event-log', log];
  const env = {
    ...options.env,
    // One document, also where the operator's shell asks for a stream of events.
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: 'false',
    // Without it there is no --event-log; Pulumi's Automation API reads its events in this way.
    PULUMI_DEBUG_COMMANDS: 'true',
  };
  const argv = [...shape, '--non-interactive', '--color', 'never', ...options.argv];
  const ended = await runAndRead({ ...options, argv, env }, readPreviewOutput);
  return { ...ended, refusals: await readRefusals(log) };
}

const policyEventSchema = z.object({
  policyEvent: z.object({
    enforcementLevel: z.string(),
    message: z.string(),
    policyName: z.string(),
    resourceUrn: z.string().optional(),
  }),
});

/** None when the engine ended before it wrote any. */
async function readRefusals(log: string): Promise<string[]> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    if (!line.includes('"policyEvent"')) return [];
    const parsed = policyEventSchema.safeParse(jsonOf(line));
    if (!parsed.success || parsed.data.policyEvent.enforcementLevel !== 'mandatory') return [];
    const { policyName, message } = parsed.data.policyEvent;
    return [`policy ${policyName}: ${message.trim()}`];
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Both streams of `pulumi preview --json`, whole. Throws EngineError when the document is larger than 64 Mi characters. */
async function readPreviewOutput(child: Lines): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const [stdout, stderr] = await Promise.all([whole(child), last(child)]);
  return { stdout, stderr };
}

async function whole(child: Lines): Promise<string> {
  const lines: string[] = [];
  let length = 0;
  for await (const line of child.iterable({ from: 'stdout' })) {
    const text = String(line);
    length += text.length + 1;
    if (length <= mostCharacters) lines.push(text);
  }
  if (length > mostCharacters) throw new EngineError(`a preview of ${length} characters is too long to be read`);
  return lines.join('\n');
}

async function last(child: Lines): Promise<string> {
  let text = '';
  for await (const line of child.iterable({ from: 'stderr' })) text = `${text}${String(line)}\n`.slice(-keptOfErrors);
  return text.trim();
}
