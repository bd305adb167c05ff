import { createHash } from 'node:crypto';
import type { Asked, Reply } from '../fault-proxy.js';

/**
 * moto gives every instance of RDS the same resource id, by which AWS's provider tells a replica from its source: here
 * each has its own, in what is asked and in what is answered.
 */
export class ResourceIds {
  readonly what = 'RDS: a resource id for each instance';
  readonly #identifiers = new Map<string, string>();

  async answer(asked: Asked, moto: string, region: string): Promise<Reply | undefined> {
    if (!/^(Create|Describe|Modify|Delete|Reboot|Start|Stop|Restore)DBInstance/.test(asked.action)) return undefined;
    const answer = await fetch(moto, {
      method: 'POST',
      headers: {
        'content-type': asked.type,
        // By which moto tells services and regions apart; it checks no signature.
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/rds/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: this.#byIdentifier(asked.body.toString()),
    });
    return { status: answer.status, type: 'text/xml', body: this.#byId(await answer.text()) };
  }

  #byIdentifier(body: string): string {
    const words = new URLSearchParams(body);
    const [key, id = ''] = [...words].find(([, value]) => this.#identifiers.has(value)) ?? [];
    if (key === undefined) return body;
    words.set(key, this.#identifiers.get(id) ?? id);
    for (const [name, value] of [...words]) if (value === 'dbi-resource-id') words.set(name, 'db-instance-id');
    return words.toString();
  }

  #byId(xml: string): string {
    return xml.replace(/<DBInstance>[\s\S]*?<\/DBInstance>/g, (instance) => {
      const identifier = /<DBInstanceIdentifier>([^<]+)</.exec(instance)?.[1] ?? '';
      const id = `db-${createHash('sha256').update(identifier).digest('hex').slice(0, 26).toUpperCase()}`;
      this.#identifiers.set(id, identifier);
      return instance.replace(/<DbiResourceId>[^<]*</, `<DbiResourceId>${id}<`);
    });
  }
}
