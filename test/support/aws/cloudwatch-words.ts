import { cbor } from '@smithy/core/cbor';
import type { Asked, Reply } from '../fault-proxy.js';

type Words = Readonly<Record<string, unknown>>;

/** What a call to CloudWatch says, in whichever of its three protocols it came. */
export function readWords({ type, body }: Asked): Words {
  if (type.includes('cbor')) return cbor.deserialize(body) as Words;
  if (type.includes('json')) return JSON.parse(body.toString()) as Words;
  const words: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(body.toString())) {
    const list = /^(\w+)\.member\.\d+$/.exec(key)?.[1];
    words[list ?? key] = list === undefined ? value : [...((words[list] as unknown[] | undefined) ?? []), value];
  }
  return words;
}

/** The same protocol back. */
export function writeWords({ type, action }: Asked, words: Words): Reply {
  if (type.includes('cbor')) {
    return { type: 'application/cbor', body: cbor.serialize(words), headers: { 'smithy-protocol': 'rpc-v2-cbor' } };
  }
  if (type.includes('json')) return { type: 'application/x-amz-json-1.0', body: JSON.stringify(words) };
  const inner = Object.entries(words).map(([name, value]) => xml(name, value));
  const body = `<${action}Response xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><${action}Result>${inner.join('')}</${action}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></${action}Response>`;
  return { type: 'text/xml', body };
}

function xml(name: string, value: unknown): string {
  if (Array.isArray(value)) return `<${name}>${value.map((each) => xml('member', each)).join('')}</${name}>`;
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value).map(([key, each]) => xml(key, each));
    return `<${name}>${inner.join('')}</${name}>`;
  }
  const text = String(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return `<${name}>${text}</${name}>`;
}
