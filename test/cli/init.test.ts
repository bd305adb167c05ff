import { expect } from 'chai';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { environmentConfigurationSchema } from '../../contract/configuration.js';
import { findEnvironment } from '../../cli/find-environment.js';
import { commandLine } from '../support/command-line.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const localFiles = [
  '.gitignore',
  'Pulumi.local.yaml',
  'Pulumi.yaml',
  'index.ts',
  'package.json',
  'tsconfig.json',
] as const;

const manifestSchema = z.looseObject({
  name: z.string(),
  type: z.string(),
  dependencies: z.record(z.string(), z.string()),
});

describe('crossfade init', () => {
  const folder = temporaryFolder();
  const init = (...words: string[]) => commandLine(folder.path, 'init', ...words);
  const read = (path: string): Promise<string> => readFile(join(folder.path, path), 'utf8');
  const write = (path: string, text: string): Promise<void> => writeFile(join(folder.path, path), text);
  const files = async (): Promise<string[]> => (await readdir(folder.path)).sort();
  const manifest = async () => manifestSchema.parse(JSON.parse(await read('package.json')));

  it('makes a project of an empty folder, and says what to do next', async () => {
    const said = await init('--product', 'shop');
    expect(said).to.include({ exitCode: 0, stderr: '' });
    expect(await files()).to.deep.equal([...localFiles]);
    for (const next of ['npm install', 'crossfade env local', 'pulumi up', 'release create local', 'deploy local']) {
      expect(said.stdout).to.contain(next);
    }
    expect(parseYaml(await read('Pulumi.yaml'))).to.deep.include({
      name: 'shop',
      main: './index.ts',
      runtime: { name: 'nodejs' },
    });
    expect(await read('index.ts')).to.equal("export { default } from 'crossfade';\n");
    expect(JSON.parse(await read('tsconfig.json'))).to.deep.include({ 'ts-node': { transpileOnly: true } });
  });

  it('depends on this very version, and on what Pulumi needs to run index.ts', async () => {
    await init('--product', 'shop');
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')));
    const { dependencies, type, name } = await manifest();
    expect({ type, name, crossfade: dependencies['crossfade'] }).to.deep.equal({
      type: 'module',
      name: 'shop',
      crossfade: version,
    });
    expect(dependencies).to.have.all.keys('crossfade', '@pulumi/pulumi', 'ts-node', 'typescript');
  });

  it('writes a local environment that the other commands understand', async () => {
    await init('--product', 'shop');
    const found = await findEnvironment(undefined, folder.path);
    expect(found.name).to.equal('local');
    expect(found.configuration).to.deep.include({ platform: 'local', product: 'shop', port: 8080 });
    expect(Object.keys(found.configuration.services)).to.deep.equal(['web']);
  });

  it('tells editors where the schema of a stack file lies, in the package as it is installed', async () => {
    await init('--product', 'shop', '--platform', 'aws');
    const schema = 'schema/environment.schema.json';
    for (const name of ['local', 'staging', 'production']) {
      const [first] = (await read(`Pulumi.${name}.yaml`)).split('\n');
      expect(first).to.equal(`# yaml-language-server: $schema=./node_modules/crossfade/${schema}`);
    }
    const { files: shipped } = z
      .object({ files: z.array(z.string()) })
      .parse(JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')));
    expect(shipped).to.include('schema');
    expect(JSON.parse(await readFile(new URL(`../../${schema}`, import.meta.url), 'utf8'))).to.have.property('$schema');
  });

  it('writes staging and production too for AWS, each in an account and a network of its own', async () => {
    const said = await init('--product', 'shop', '--platform', 'aws');
    expect(said.stdout).to.contain('replace the examples in Pulumi.staging.yaml and Pulumi.production.yaml');
    const configurations = await Promise.all(
      ['staging', 'production'].map(async (tier) => {
        const text = parseYaml(await read(`Pulumi.${tier}.yaml`)) as { config: Record<string, unknown> };
        return environmentConfigurationSchema.parse(text.config['crossfade:environment']);
      }),
    );
    expect(configurations).to.have.lengthOf(2);
    for (const [index, tier] of ['staging', 'production'].entries()) {
      expect(configurations[index]).to.include({ platform: 'aws', tier, backend: `s3://shop-${tier}-pulumi` });
    }
    const different = configurations.map((found) => (found.platform === 'aws' ? found.accountId : ''));
    expect(new Set(different).size).to.equal(2);
  });

  it('changes nothing when it is done again', async () => {
    await init('--product', 'shop');
    const before = await Promise.all(localFiles.map(read));
    const said = await init('--product', 'shop', '--json');
    expect(said.exitCode).to.equal(0);
    const { files: again } = JSON.parse(said.stdout) as { files: { path: string; action: string }[] };
    expect(again.map(({ action }) => action)).to.deep.equal(localFiles.map(() => 'keep'));
    expect(await Promise.all(localFiles.map(read))).to.deep.equal(before);
  });

  it('adds to package.json and .gitignore, and keeps what is in them', async () => {
    await write(
      'package.json',
      '{\n\t"name": "@acme/shop",\n\t"type": "module",\n\t"scripts": { "up": "x" },\n\t"devDependencies": { "typescript": "1.2.3" },\n\t"dependencies": { "zod": "4" }\n}\n',
    );
    await write('.gitignore', 'node_modules\n*.log');
    const said = await init();
    expect(said.stdout)
      .to.match(/extended +package\.json/)
      .and.to.match(/wrote +Pulumi\.yaml/);
    const text = await read('package.json');
    expect(text).to.contain('\n\t"name": "@acme/shop"');
    const found = await manifest();
    expect(found).to.deep.include({ scripts: { up: 'x' }, devDependencies: { typescript: '1.2.3' } });
    expect(found.dependencies).to.include({ zod: '4' });
    expect(Object.keys(found.dependencies)).to.deep.equal(['@pulumi/pulumi', 'crossfade', 'ts-node', 'zod']);
    expect(await read('.gitignore')).to.equal(
      'node_modules\n*.log\n.crossfade/\nPulumi.*-blue.yaml\nPulumi.*-green.yaml\n',
    );
    expect(parseYaml(await read('Pulumi.yaml'))).to.include({ name: 'shop' });
  });

  it('keeps the version of crossfade that a project has chosen', async () => {
    await write('package.json', JSON.stringify({ name: 'shop', type: 'module', dependencies: { crossfade: '0.0.7' } }));
    expect((await init()).exitCode).to.equal(0);
    expect((await manifest()).dependencies['crossfade']).to.equal('0.0.7');
  });

  it('writes nothing in a dry run', async () => {
    const said = await init('--product', 'shop', '--dry-run');
    expect(said.exitCode).to.equal(0);
    expect(said.stdout)
      .to.match(/would write +Pulumi\.local\.yaml/)
      .and.to.contain('nothing was written');
    expect(await files()).to.deep.equal([]);
  });

  it('says all of it as one JSON document for machines', async () => {
    const said = await init('--product', 'shop', '--dry-run', '--json');
    expect(JSON.parse(said.stdout)).to.deep.include({ folder: folder.path, product: 'shop', dryRun: true });
  });

  it('refuses to overwrite, names every file, and writes none', async () => {
    await write('Pulumi.yaml', 'name: other\nruntime: python\n');
    await write('index.ts', 'export {};\n');
    const said = await init('--product', 'shop');
    expect(said.exitCode).to.equal(3);
    expect(said.stderr).to.contain(
      'Pulumi.yaml, index.ts are there already and are not what would be written; nothing was written',
    );
    expect(said.stderr).to.contain('a folder of its own, such as deploy/');
    expect(await files()).to.deep.equal(['Pulumi.yaml', 'index.ts']);
    expect(await read('index.ts')).to.equal('export {};\n');
  });

  it('refuses to overwrite in a dry run too', async () => {
    await write('Pulumi.local.yaml', 'config: {}\n');
    const said = await init('--product', 'shop', '--dry-run');
    expect(said.exitCode).to.equal(3);
    expect(said.stderr).to.contain('Pulumi.local.yaml is there already and is not what would be written');
  });

  const refused: readonly [what: string, text: string, message: string, hint: string][] = [
    ['a package.json that is no JSON', '{ "name": ', 'package.json is no JSON', 'mend it first'],
    [
      'a package.json of another form',
      '{ "name": "shop", "dependencies": ["crossfade"] }',
      'package.json: dependencies: expected record, found a list of 1',
      '',
    ],
    [
      'a project of CommonJS modules',
      '{ "name": "shop" }',
      'package.json: this project is not of ES modules, and index.ts has to be one',
      'add "type": "module"',
    ],
    [
      'a name that is none for stacks',
      '{ "name": "Shop_2", "type": "module" }',
      'what is the product called? "Shop_2" can\'t be its name',
      'say --product NAME',
    ],
  ];
  for (const [what, text, message, hint] of refused) {
    it(`refuses ${what}`, async () => {
      await write('package.json', text);
      const said = await init();
      expect(said.exitCode).to.equal(2);
      expect(said.stderr).to.contain(message).and.to.contain(hint);
      expect(await files()).to.deep.equal(['package.json']);
      expect(await read('package.json')).to.equal(text);
    });
  }

  it('refuses a product that stacks could not be called by, and a platform that it does not know', async () => {
    const product = await init('--product', 'My Shop');
    expect(product.exitCode).to.equal(2);
    expect(product.stderr).to.contain('--product: (top level): expected a name of a-z, 0-9 and -');
    const platform = await init('--platform', 'mainframe');
    expect(platform.exitCode).to.equal(2);
    expect(platform.stderr).to.contain('Allowed choices are local, aws');
    expect(await files()).to.deep.equal([]);
  });

  it('refuses a folder whose own name can’t be the product’s', async () => {
    // The test's folder ends in random letters of both cases, or in digits: never in this.
    const shouting = join(folder.path, 'SHOP');
    await mkdir(shouting);
    const said = await commandLine(shouting, 'init');
    expect(said.exitCode).to.equal(2);
    expect(said.stderr).to.contain(`"${basename(shouting)}" can't be its name`);
  });

  it('refuses a folder in the place of a file', async () => {
    await mkdir(join(folder.path, '.gitignore'));
    const said = await init('--product', 'shop');
    expect(said.exitCode).to.equal(2);
    expect(said.stderr).to.contain(`${join(folder.path, '.gitignore')} can't be read: EISDIR`);
    expect(await files()).to.deep.equal(['.gitignore']);
  });
});
