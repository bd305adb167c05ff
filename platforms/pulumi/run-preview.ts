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
}

/** `pulumi preview` with the flags given, to its end, whether or not that is a good one. */
export function runPreview(options: EngineProcessOptions): Promise<EnginePreview> {
  // Replacements step by step, because their order tells whether something is gone for a while.
  const argv = ['preview', '--json', '--show-replacement-steps', '--non-interactive', '--color', 'never'];
  // One document, also where the operator's shell asks for a stream of events.
  const env = { ...options.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: 'false' };
  return runAndRead({ ...options, argv: [...argv, ...options.argv], env }, readPreviewOutput);
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
