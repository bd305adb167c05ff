import { cbor, tag } from '@smithy/core/cbor';
import type { Asked, Reply } from '../fault-proxy.js';
import { askMoto } from './ask-moto.js';

/**
 * Asks moto in JSON what a client of CloudWatch has asked in CBOR, the only protocol that AWS's SDK for Go speaks with it
 * and moto doesn't. Undefined: it was no CBOR.
 */
export async function cborForMoto(asked: Asked, moto: string, region: string): Promise<Reply | undefined> {
  if (!asked.type.includes('cbor')) return undefined;
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `GraniteServiceVersion20100801.${asked.action}`,
  };
  const body = JSON.stringify(asked.body.length === 0 ? {} : cbor.deserialize(asked.body));
  const { status, text } = await askMoto({ moto, region, service: 'monitoring', headers, body });
  return {
    status,
    type: 'application/cbor',
    headers: { 'smithy-protocol': 'rpc-v2-cbor' },
    body: cbor.serialize(inTags(text === '' ? {} : JSON.parse(text))),
  };
}

/** Seconds since 1970 where the name says so: a time in CBOR is tagged as one. */
function inTags(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => inTags(each, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inTags(each, key)]));
  }
  if (!/Time(stamp)?$|Timestamps$/.test(name)) return value;
  if (typeof value === 'number') return tag({ tag: 1, value });
  return typeof value === 'string' ? tag({ tag: 1, value: Date.parse(value) / 1_000 }) : value;
}
