// Stands in for the engine where no AWS provider can be had: on the environment's stack it only knows outputs; on a
// slot's it does to ECS what the slot's program would, by ECS's own calls. Words and answers are those of `pulumi`.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerDefinition } from '../../../components/aws/container.js';
import { ecsServiceName } from '../../../contract/aws-names.js';
import { awsOutputsSchema } from '../../../contract/outputs.js';
import { parse } from '../../../contract/parse.js';
import { slotInputSchema, type SlotInput } from '../../../contract/slot-input.js';

const folder = process.env['CROSSFADE_TEST_STACKS'] ?? '';
const moto = process.env['CROSSFADE_TEST_MOTO'] ?? '';
const words = process.argv.slice(2);
const word = (flag: string): string => words[words.indexOf(flag) + 1] ?? '';
const fileOf = (stack: string): string => join(folder, `${stack}.json`);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

async function ecs(action: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(moto, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=testing/20260101/eu-central-1/ecs/aws4_request, SignedHeaders=host, Signature=none',
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${action}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

function environmentOf(stack: string) {
  const saved = JSON.parse(readFileSync(fileOf(stack.replace(/-(blue|green)$/, '')), 'utf8')) as { outputs: unknown };
  return parse(awsOutputsSchema, saved.outputs, 'the outputs of the environment');
}

async function up(stack: string): Promise<void> {
  const colour = stack.endsWith('-blue') ? 'blue' : 'green';
  const environment = environmentOf(stack);
  const asked = JSON.parse(readFileSync(word('--config-file'), 'utf8')) as { config?: Record<string, unknown> };
  const input: SlotInput = parse(slotInputSchema, asked.config?.['crossfade:run'], 'the run');
  const cluster = environment.cluster.name;
  for (const [service, definition] of Object.entries(environment.services)) {
    const container = containerDefinition({ environment, colour, service, definition, input });
    const family = `${stack}-${service}`;
    const made = await ecs('RegisterTaskDefinition', { family, containerDefinitions: [{ ...container, memory: 512 }] });
    const { taskDefinitionArn: taskDefinition } = made['taskDefinition'] as { taskDefinitionArn: string };
    const serviceName = ecsServiceName(service, colour);
    const found = await ecs('DescribeServices', { cluster, services: [serviceName] });
    const stands = (found['services'] as { status: string }[]).some(({ status }) => status === 'ACTIVE');
    const desiredCount = definition.kind === 'routed' ? (input.replicas[service] ?? definition.replicas) : 0;
    if (stands) await ecs('UpdateService', { cluster, service: serviceName, taskDefinition });
    else await ecs('CreateService', { cluster, serviceName, taskDefinition, desiredCount, launchType: 'FARGATE' });
  }
  writeFileSync(fileOf(stack), JSON.stringify({ outputs: { input } }));
}

async function destroy(stack: string): Promise<void> {
  const environment = environmentOf(stack);
  const colour = stack.endsWith('-blue') ? 'blue' : 'green';
  for (const service of Object.keys(environment.services)) {
    const name = ecsServiceName(service, colour);
    const found = await ecs('DescribeServices', { cluster: environment.cluster.name, services: [name] });
    if ((found['services'] as { status: string }[]).some(({ status }) => status === 'ACTIVE'))
      await ecs('DeleteService', { cluster: environment.cluster.name, service: name, force: true });
  }
  writeFileSync(fileOf(stack), JSON.stringify({ outputs: {} }));
}

const lock = (stack: string): string => join(folder, `${stack}.lock`);

async function changed(stack: string, act: (stack: string) => Promise<void>): Promise<void> {
  if (existsSync(lock(stack))) {
    say({ diagnosticEvent: { severity: 'error', message: 'the stack is currently locked by 1 lock(s)' } });
    process.exitCode = 255;
    return;
  }
  writeFileSync(lock(stack), '');
  try {
    await act(stack);
  } finally {
    rmSync(lock(stack), { force: true });
  }
  say({ summaryEvent: { resourceChanges: { create: 1 }, durationSeconds: 1 } });
}

mkdirSync(folder, { recursive: true });
switch (words.slice(0, words[0] === 'stack' ? 2 : 1).join(' ')) {
  case 'version':
    process.stdout.write('v3.250.0\n');
    break;
  case 'stack export': {
    const file = fileOf(word('--stack'));
    if (existsSync(file)) {
      const { outputs } = JSON.parse(readFileSync(file, 'utf8')) as { outputs: unknown };
      const stack = { urn: 'urn:pulumi:x::shop::pulumi:pulumi:Stack::shop-x', type: 'pulumi:pulumi:Stack', outputs };
      say({ version: 3, deployment: { resources: [stack] } });
    } else process.exitCode = 6;
    break;
  }
  case 'stack init':
    writeFileSync(fileOf(words[2] ?? ''), JSON.stringify({ outputs: {} }));
    break;
  case 'up':
    await changed(word('--stack'), up);
    break;
  case 'destroy':
    await changed(word('--stack'), destroy);
    break;
  default:
    process.stderr.write(`the stand-in for pulumi does not know: ${words.join(' ')}\n`);
    process.exitCode = 1;
}
