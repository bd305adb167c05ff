import { expect } from 'chai';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyName, restoredInstanceName } from '../../../contract/aws-names.js';
import { keptFromReleases, releaseCalls, slotResources } from '../../../components/aws/release-calls.js';
import { neverReleased } from '../../../components/aws/release-role.js';
import { awsSlot } from '../../../stacks/aws-slot.js';
import { awsAnswers } from '../../support/aws-answers.js';
import { awsGraph, writtenGraph } from '../../support/aws-graph.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { record } from '../../support/pulumi-recorder.js';
import { callsIn, sdkCalls } from '../../support/sdk-calls.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Files that put something into the store in the place of what is there. */
async function replacingFiles(): Promise<string[]> {
  const files = await Promise.all(
    ['journal', 'platforms', 'cli'].map((folder) => readdir(join(root, folder), { recursive: true })),
  );
  const paths = files.flatMap((names, index) =>
    names.map((name) => join(['journal', 'platforms', 'cli'][index] ?? '', name)),
  );
  const found: string[] = [];
  for (const path of paths.filter((path) => path.endsWith('.ts'))) {
    if (/\b(store|keeper)\.put\(/.test(await readFile(join(root, path), 'utf8'))) found.push(path);
  }
  return found.sort();
}

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: object;
}

async function textOf(type: string, name: string): Promise<string> {
  return (await writtenGraph('production')).find(type, `shop-production-pipeline-${name}`).inputs['policy'] as string;
}

const statementsIn = (text: string) => (JSON.parse(text) as { Statement: readonly Statement[] }).Statement;

async function policyOf(role: 'release' | 'preview'): Promise<readonly Statement[]> {
  return statementsIn(await textOf('aws:iam/rolePolicy:RolePolicy', role));
}

const neverPolicy = async (): Promise<readonly Statement[]> =>
  statementsIn(await textOf('aws:iam/policy:Policy', 'release-never'));

const releasePolicy = async (): Promise<readonly Statement[]> => [
  ...(await policyOf('release')),
  ...statementsIn(await textOf('aws:iam/policy:Policy', 'release-restores')),
  ...statementsIn(await textOf('aws:iam/policy:Policy', 'release-rehearsals')),
  ...(await neverPolicy()),
];

const where = 'components/aws/release-calls.ts';

/** What the local platform calls it calls as whoever sits at that machine: its copies of backups may lie in S3 as well. */
const callsOfReleases = async () => {
  const all = await sdkCalls(['platforms', 'journal', 'cli', 'pipeline']);
  return all.filter(({ file }) => !file.startsWith('platforms/local/'));
};

describe('the release role', function () {
  this.timeout(120_000);

  it('is given every call that the pipeline makes', async () => {
    const made = await callsOfReleases();
    const missing = made
      .filter(({ call }) => !(call in releaseCalls) && !(call in keptFromReleases))
      .map(({ call, file }) => `${file} calls ${call}: add to releaseCalls in ${where} what IAM asks for it`);
    expect(made.length).to.be.greaterThan(15);
    expect([...new Set(missing)]).to.deep.equal([]);
  });

  it('is given nothing for a call that the pipeline does not make', async () => {
    const made = new Set((await callsOfReleases()).map(({ call }) => call));
    const unused = Object.keys(releaseCalls).filter((call) => !made.has(call));
    expect(unused.map((call) => `nothing calls ${call} any more: remove it from ${where}`)).to.deep.equal([]);
  });

  it('is given what a slot consists of, and nothing that it does not', async () => {
    const environment = awsOutputs();
    const slot = { environment, colour: 'green', input: awsSlotInput(), services: environment.services } as const;
    const { resources } = await record(() => awsSlot(slot), { answers: awsAnswers, stack: 'production-green' });
    const types = new Set(resources.filter(({ type }) => /^aws:|dynamic\/aws:/.test(type)).map(({ type }) => type));
    const hint = `a slot's types and slotResources in ${where}`;
    expect([...types].sort(), hint).to.deep.equal(Object.keys(slotResources).sort());
  });

  it('has a policy of exactly these actions, besides the state of a slot', async () => {
    const state = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 's3:GetBucketLocation'];
    const s3 = ['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject'];
    const granted = [...Object.values(releaseCalls), ...Object.values(slotResources)].flat().map(([action]) => action);
    const allowed = (await releasePolicy()).filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
    expect([...new Set(allowed)].sort()).to.deep.equal([...new Set([...granted, ...state, ...s3])].sort());
  });

  it('names what it is about wherever IAM can', async () => {
    const everywhere = (await releasePolicy()).filter(
      ({ Effect, Resource }) => Effect === 'Allow' && Resource.includes('*'),
    );
    expect(everywhere).to.have.length(1);
    for (const action of everywhere[0]?.Action ?? []) {
      expect(action).to.match(/:(Describe|List|Get)|^ecs:DeregisterTaskDefinition$/);
    }
  });

  it('fault 69: can not delete a database, a snapshot, a journal, or a role', async () => {
    const statements = await releasePolicy();
    const denied = statements.filter(({ Effect }) => Effect === 'Deny');
    expect(denied[0]).to.deep.include({ Action: neverReleased, Resource: ['*'] });
    const store = 'arn:aws:s3:::shop-production-crossfade/store';
    expect(denied[1]?.Action).to.deep.equal(['s3:DeleteObject']);
    expect(denied[1]?.NotResource?.filter((arn) => !arn.endsWith('/.pulumi/*'))).to.deep.equal([
      `${store}/doctor/*`,
      `${store}/leases/*`,
    ]);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
    expect(
      allowed.filter((action) => /^rds:(Delete|Modify)|^iam:(?!PassRole$)|^secretsmanager:Delete/.test(action)),
    ).to.deep.equal(['rds:DeleteDBInstance', 'rds:ModifyDBInstance']);
    const deleting = statements.filter(
      ({ Effect, Action }) => Effect === 'Allow' && Action.includes('s3:DeleteObject'),
    );
    for (const { Resource } of deleting) {
      for (const arn of Resource) expect(arn).to.match(/\.pulumi\/\*$|\/store\/(leases|doctor)\/\*$/);
    }
  });

  it('deletes no instance but a temporary copy: by a name that no other has, and with its tags', async () => {
    const instances = 'arn:aws:rds:eu-central-1:222222222222:db';
    const copies = `${instances}:shop-production-database-release-???????-copy`;
    const about = (await releasePolicy()).filter(({ Action }) => Action.includes('rds:DeleteDBInstance'));
    const conditions = {
      StringEquals: {
        'aws:ResourceTag/crossfade:copy': ['drill', 'rehearsal'],
        'aws:ResourceTag/crossfade:environment': 'production',
      },
    };
    expect(about).to.deep.equal([
      { Effect: 'Allow', Action: ['rds:DeleteDBInstance'], Resource: [copies], Condition: conditions },
      { Effect: 'Deny', Action: ['rds:DeleteDBInstance'], NotResource: [copies] },
      {
        Effect: 'Deny',
        Action: ['rds:DeleteDBInstance'],
        Resource: ['*'],
        Condition: { Null: { 'aws:ResourceTag/crossfade:copy': 'true' } },
      },
    ]);
    const matches = new RegExp(`^${copies.replaceAll('?', '.')}$`);
    const prefix = 'shop-production-database-release';
    expect(`${instances}:${copyName(prefix, 'run-1')}`).to.match(matches);
    for (const name of ['shop-production-database-1a2b3c4', restoredInstanceName(prefix, 'run-1')]) {
      expect(`${instances}:${name}`).to.not.match(matches);
    }
  });

  it('writes no record over another: what the code ever replaces is in folders of its own', async () => {
    const [once, ...others] = (await neverPolicy()).filter(({ Action }) => Action.includes('s3:PutObject'));
    expect(others).to.deep.equal([]);
    expect(once?.Condition).to.deep.equal({ Null: { 's3:if-none-match': 'true' } });
    const folders = (once?.NotResource ?? []).map((arn) => /store\/(\w+)\/\*$/.exec(arn)?.[1]);
    // Journals, releases, decisions, duties, messages, leases and whatever comes: all else is written once.
    expect(folders.filter((folder) => folder !== undefined)).to.deep.equal(['backups', 'outputs', 'slots', 'doctor']);
    const replaced = await replacingFiles();
    // Of an environment's outputs, a slot's contents and what is known of a backup the newest counts.
    expect(replaced, 'another folder is replaced: is it among those of stacks/aws-roles.ts?').to.deep.equal([
      'journal/outputs.ts',
      'platforms/aws/backup-record.ts',
      'platforms/aws/slot-record.ts',
    ]);
  });

  it('passes to tasks and to the schedule the roles that are meant for them only', async () => {
    const passing = (await releasePolicy()).filter(
      ({ Effect, Action }) => Effect === 'Allow' && Action.includes('iam:PassRole'),
    );
    expect(
      passing
        .flatMap(({ Resource }) => Resource)
        .map((arn) => arn.replace(/.*\//, ''))
        .sort(),
    ).to.deep.equal([
      'shop-production-dead-mans-switch-schedule',
      'shop-production-migration-execution',
      'shop-production-migration-task',
      'shop-production-services-execution',
      'shop-production-services-task',
    ]);
  });

  it('restores only beside the database, and reads and writes no login but those of that', async () => {
    const statements = (await releasePolicy()).filter(({ Effect }) => Effect === 'Allow');
    const on = (action: string) =>
      statements.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
    const where = 'arn:aws:rds:eu-central-1:222222222222';
    expect(on('rds:RestoreDBInstanceFromDBSnapshot')).to.include.members([
      `${where}:db:shop-production-database-release-*`,
      `${where}:snapshot:shop-production-database-release-*`,
    ]);
    expect(on('rds:RestoreDBInstanceFromDBSnapshot').filter((arn) => /:db:/.test(arn))).to.have.length(1);
    expect(on('secretsmanager:PutSecretValue').map((arn) => arn.split('/').at(-1))).to.have.members([
      'shop-production-database-application',
      'shop-production-rehearsal',
    ]);
    const ofMasters = statements.find(({ Resource }) => Resource.some((arn) => arn.endsWith(':secret:rds!db-*')));
    expect(
      JSON.stringify(statements.filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue'))),
    ).to.match(/primaryDBInstanceArn":"arn:aws:rds:eu-central-1:222222222222:db:shop-production-database-release-\*"/);
    expect(ofMasters).to.not.equal(undefined);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  it('fits into what IAM takes, and so does every other role, with names as long as they may be', async () => {
    const product = 'p'.repeat(40);
    const environment = 'e'.repeat(20);
    const graphs = [
      await writtenGraph('production'),
      await awsGraph('production', { product }, undefined, environment),
    ];
    for (const { resources } of graphs) {
      const inline = new Map<string, number>();
      const attached = new Map<string, number>();
      for (const { type, name, inputs } of resources) {
        const role = JSON.stringify(inputs['role']);
        if (type === 'aws:iam/policy:Policy') expect(String(inputs['policy']).length, name).to.be.at.most(6_144);
        if (type === 'aws:iam/rolePolicy:RolePolicy')
          inline.set(role, (inline.get(role) ?? 0) + String(inputs['policy']).length);
        if (type === 'aws:iam/rolePolicyAttachment:RolePolicyAttachment')
          attached.set(role, (attached.get(role) ?? 0) + 1);
        if (type === 'aws:iam/role:Role') expect(String(inputs['assumeRolePolicy']).length, name).to.be.at.most(2_048);
      }
      expect(inline.size).to.be.greaterThan(5);
      for (const [role, size] of inline) expect(size, role).to.be.at.most(10_240);
      for (const [role, count] of attached) expect(count, role).to.be.at.most(10);
    }
  });
});

describe('the preview role', () => {
  it('changes nothing', async () => {
    for (const { Effect, Action } of await policyOf('preview')) {
      expect(Effect).to.equal('Allow');
      for (const action of Action) expect(action).to.match(/^[\w-]+:(Describe|List|Get)|^kms:Decrypt$/);
    }
  });

  it('reads settings everywhere, and content only of the state, the store and what the program reads', async () => {
    const content = /^(s3:GetObject|secretsmanager:GetSecretValue|kms:Decrypt)$/;
    const statements = await policyOf('preview');
    const reading = statements.filter(({ Action }) => Action.some((action) => content.test(action)));
    for (const { Action, Resource } of reading) {
      expect(Action).to.have.length(1);
      expect(Resource).to.not.include('*');
    }
    expect(reading.flatMap(({ Resource }) => Resource).join('\n'))
      .to.contain('.pulumi/*')
      .and.contain('/store/*');
    const everywhere = statements.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);
    // Words of IAM that would let data out.
    const leaks =
      /:Get\*$|^(sts|ssm:Get|logs:Get|ec2:Get|ecr:Get(?!RepositoryPolicy)|rds:Download|secretsmanager:Get(?!RandomPassword|ResourcePolicy)|s3:Get(Object|\*))/;
    expect(everywhere.filter((action) => leaks.test(action))).to.deep.equal([]);
  });

  it('can read every type of resource that production consists of', async () => {
    const { resources } = await writtenGraph('production');
    const services: Readonly<Record<string, string>> = {
      lb: 'elasticloadbalancing',
      vpc: 'ec2',
      serverlessrepository: 'serverlessrepo',
      appautoscaling: 'application-autoscaling',
    };
    const named = resources.flatMap(({ type }) => /^aws:(\w+)\//.exec(type)?.[1] ?? []);
    const wanted = [...new Set(named.map((service) => services[service] ?? service))].sort();
    const actions = (await policyOf('preview')).flatMap(({ Action }) => Action);
    const readable = new Set(actions.map((action) => action.split(':')[0]));
    expect(wanted.length).to.be.greaterThan(12);
    expect(wanted.filter((service) => !readable.has(service))).to.deep.equal([]);
  });

  it('fits into what IAM takes', async () => {
    expect(JSON.stringify(await policyOf('preview')).length).to.be.lessThan(10_240);
  });
});

describe("the dead man's switch", () => {
  it('may do exactly what its function calls, besides writing its log', async () => {
    const graph = await writtenGraph('production');
    const found = graph.find('aws:iam/rolePolicy:RolePolicy', 'shop-production-dead-mans-switch');
    const { Statement } = JSON.parse(found.inputs['policy'] as string) as { Statement: readonly Statement[] };
    const own = new Set(['logs:CreateLogStream', 'logs:PutLogEvents', 'kms:Decrypt', 'kms:GenerateDataKey']);
    const allowed = Statement.flatMap(({ Action }) => Action).filter((action) => !own.has(action));
    const services: Readonly<Record<string, string>> = { 'elastic-load-balancing-v2': 'elasticloadbalancing' };
    const made = (await sdkCalls(['components/aws/dead-mans-switch/index.mjs'])).map(({ call }) => {
      const [client = '', command = ''] = call.split('.');
      return command === 'ListObjectsV2' ? 's3:ListBucket' : `${services[client] ?? client}:${command}`;
    });
    expect([...new Set(allowed)].sort()).to.deep.equal([...new Set(made)].sort());
  });
});

describe('callsIn', () => {
  it('finds calls by the client that they are imported from', () => {
    const text = "import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';\nnew GetObjectCommand({});";
    expect(callsIn('x.ts', text)).to.deep.equal([{ call: 's3.GetObject', file: 'x.ts' }]);
  });

  it('does not let a call pass whose client is not known', () => {
    expect(() => callsIn('x.ts', 'new DeleteDBInstanceCommand({});')).to.throw('of which client');
  });
});
