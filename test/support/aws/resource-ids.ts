import { createHash } from 'node:crypto';
import type { Asked, Reply } from '../fault-proxy.js';
import { askMoto } from './ask-moto.js';

/**
 * moto gives every instance of RDS the same resource id, by which AWS's provider tells a replica from its source: here
 * each has its own, in what is asked and in what is answered.
 */
export class ResourceIds {
  readonly #identifiers = new Map<string, string>();

  async answer(asked: Asked, moto: string, region: string): Promise<Reply | undefined> {
    if (!/^(Create|Describe|Modify|Delete|Reboot|Start|Stop|Restore)DBInstance/.test(asked.action)) return undefined;
    const body = this.#byIdentifier(asked.body.toString());
    const headers = { 'content-type': asked.type };
    const { status, text } = await askMoto({ moto, region, service: 'rds', headers, body });
    return { status, type: 'text/xml', body: this.#byId(text) };
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
