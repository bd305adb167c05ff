import { cbor, tag } from '@smithy/core/cbor';
import type { Asked, Reply } from '../fault-proxy.js';

/** Asks moto in JSON what a client of CloudWatch has asked in CBOR, the only protocol that AWS's SDK for Go speaks with it and moto doesn't. Undefined: it was no CBOR. */
export async function cborForMoto(asked: Asked, moto: string, region: string): Promise<Reply | undefined> {
  if (!asked.type.includes('cbor')) return undefined;
  const answer = await fetch(moto, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `GraniteServiceVersion20100801.${asked.action}`,
      // By which moto tells services and regions apart; it checks no signature.
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/monitoring/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(asked.body.length === 0 ? {} : cbor.deserialize(asked.body)),
  });
  const text = await answer.text();
  return {
    status: answer.status,
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
