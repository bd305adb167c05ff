import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { configurationJsonSchema } from '../../contract/configuration-json-schema.js';

const file = (path: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

describe('the JSON Schema of a stack file', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(configurationJsonSchema());
  const stack = (environment: object, more: object = {}): object => ({
    config: { 'crossfade:environment': environment, ...more },
  });
  const environment = {
    platform: 'local',
    product: 'shop',
    backend: 'file://state',
    secretsProvider: 'passphrase',
    store: 'store',
    services: { api: { kind: 'routed', command: ['node', 'main.mjs'] } },
  };

  it('is the one in schema/: otherwise run `npm run schema`', async () => {
    expect(JSON.parse(await file('schema/environment.schema.json'))).to.deep.equal(configurationJsonSchema());
  });

  it('takes the stack files of this repository', async () => {
    for (const name of ['Pulumi.local.yaml', 'demo/shop/Pulumi.local.yaml']) {
      expect(validate(parseYaml(await file(name))), JSON.stringify(validate.errors)).to.equal(true);
    }
  });

  it('knows what is right and refuses what is misspelt, missing or of another form', () => {
    expect(validate(stack(environment))).to.equal(true);
    expect(validate(stack({ ...environment, prot: 8080 })), 'unknown key').to.equal(false);
    expect(validate(stack({ ...environment, backend: undefined })), 'no backend').to.equal(false);
    expect(validate(stack({ ...environment, rules: { hold: '5 minutes' } })), 'no duration').to.equal(false);
    expect(validate(stack(environment, { 'crossfade:enviroment': {} })), 'another key of ours').to.equal(false);
    expect(validate(stack(environment, { 'aws:region': 'eu-central-1' })), "another's key").to.equal(true);
  });
});
