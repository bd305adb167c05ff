import type { Work } from '../../pipeline/ports/work.js';
import { describeEngineEvent, readEngineEvent, type EngineEvent } from './event.js';

const keptOfErrors = 8_192;

/** What one command of the engine said, from its events. */
export interface EngineOutput {
  /** What it or a provider complained of, each once. */
  readonly errors: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>> | undefined;
  /** Number of resources by what was done. */
  readonly changes: Readonly<Record<string, number>>;
}

export interface Lines {
  iterable(options: { from: 'stdout' | 'stderr' }): AsyncIterable<unknown>;
}

/** Reads both streams to their ends, telling people meanwhile what is being done. */
export async function readEngineOutput(child: Lines, work: Work): Promise<EngineOutput> {
  const [said, stderr] = await Promise.all([readEvents(child, work), lastOf(child)]);
  return said.errors.length > 0 || stderr === '' ? said : { ...said, errors: [stderr] };
}

async function readEvents(child: Lines, work: Work): Promise<EngineOutput> {
  const errors: string[] = [];
  let outputs: Readonly<Record<string, unknown>> | undefined;
  let changes: Readonly<Record<string, number>> = {};
  for await (const line of child.iterable({ from: 'stdout' })) {
    const event = readEngineEvent(String(line));
    if (event === undefined) continue;
    const said = describeEngineEvent(event);
    if (said !== undefined) work.say(said);
    const error = errorOf(event);
    if (error !== undefined && error !== 'update failed' && !errors.includes(error)) errors.push(error);
    outputs = stackOutputsOf(event) ?? outputs;
    changes = event.summaryEvent?.resourceChanges ?? changes;
  }
  return { errors, outputs, changes };
}

function errorOf({ diagnosticEvent }: EngineEvent): string | undefined {
  if (diagnosticEvent?.severity !== 'error') return undefined;
  return diagnosticEvent.message.replace(/<\{%[^%]*%\}>/g, '').trim();
}

function stackOutputsOf({ resOutputsEvent }: EngineEvent): Readonly<Record<string, unknown>> | undefined {
  const metadata = resOutputsEvent?.metadata;
  return metadata?.type === 'pulumi:pulumi:Stack' ? (metadata.new?.outputs ?? undefined) : undefined;
}

async function lastOf(child: Lines): Promise<string> {
  let text = '';
  for await (const line of child.iterable({ from: 'stderr' })) text = `${text}${String(line)}\n`.slice(-keptOfErrors);
  return text.trim();
}
