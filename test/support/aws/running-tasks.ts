import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { Client } from 'pg';
import { z } from 'zod';
import { sdkTargets } from '../../../platforms/aws/sdk-targets.js';

/** A task that runs until it is stopped. */
export interface RunningTask {
  readonly family: string;
  readonly address: string;
  stop(): Promise<void>;
}

/** Undefined: it ends by itself, or has ended already. */
export type RunTasks = (definition: Readonly<Record<string, unknown>>) => Promise<RunningTask | undefined>;

export type TaskEnvironment = Readonly<Record<string, string>>;

const definitionSchema = z.object({
  family: z.string(),
  containerDefinitions: z
    .array(
      z.object({
        environment: z.array(z.object({ name: z.string(), value: z.string() })),
        secrets: z.array(z.object({ name: z.string(), valueFrom: z.string() })),
      }),
    )
    .length(1),
});

/** What the container of a task is given: settings, and secrets as ECS reads them when it starts one. */
export async function environmentOf(
  definition: unknown,
  secrets: SecretsManagerClient,
): Promise<{ readonly family: string; readonly environment: TaskEnvironment }> {
  const { family, containerDefinitions } = definitionSchema.parse(definition);
  const [container] = containerDefinitions;
  const open = (container?.environment ?? []).map(({ name, value }) => [name, value] as const);
  const read = (container?.secrets ?? []).map(
    async ({ name, valueFrom }) => [name, await secretOf(valueFrom, secrets)] as const,
  );
  return { family, environment: Object.fromEntries([...open, ...(await Promise.all(read))]) };
}

/** `ARN:key:stage:version`, of which each of the last three may be empty. */
async function secretOf(valueFrom: string, secrets: SecretsManagerClient): Promise<string> {
  const parts = valueFrom.split(':');
  const [key = '', VersionStage = '', VersionId = ''] = parts.slice(7);
  const named = { ...(VersionStage === '' ? {} : { VersionStage }), ...(VersionId === '' ? {} : { VersionId }) };
  const SecretId = parts.slice(0, 7).join(':');
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId, ...named }));
  return key === '' ? SecretString : (z.record(z.string(), z.string()).parse(JSON.parse(SecretString))[key] ?? '');
}

const loginSchema = z.object({
  host: z.string(),
  port: z.number(),
  dbname: z.string(),
  username: z.string(),
  password: z.string(),
});

/** A service with a connection to the database that its login names; it answers 500 with what a question of its fails of. */
export async function serve(
  family: string,
  address: string,
  environment: TaskEnvironment,
  question: (client: Client) => Promise<void>,
): Promise<RunningTask> {
  const { host, port, dbname, username, password } = loginSchema.parse(JSON.parse(environment['DATABASE'] ?? ''));
  const client = new Client({ host, port, database: dbname, user: username, password, application_name: 'shop' });
  client.on('error', () => undefined);
  await client.connect();
  const server = createServer((_, answer) => {
    question(client).then(
      () => answer.writeHead(200).end('ok'),
      (error: unknown) => answer.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(Number(environment['PORT']), address, resolve));
  return {
    family,
    address,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await client.end();
    },
  };
}

/** Does as the rule of a rehearsal does on the test listener: gives a request to who is in the target group. */
export async function forwardToTarget(
  place: { readonly endpoint: string; readonly region: string },
  group: { readonly arn: string; readonly port: number },
  incoming: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const [target] = await sdkTargets(place).in(group.arn);
  const gone = (status: number): void => void answer.writeHead(status, { server: 'awselb/2.0' }).end();
  if (target === undefined) {
    gone(503);
    return;
  }
  const { method, url, headers } = incoming;
  const asked = request({ host: target.address, port: group.port, method, path: url, headers }, (found) => {
    found.pipe(answer.writeHead(found.statusCode ?? 502, found.headers));
  });
  asked.once('error', () => gone(502));
  incoming.pipe(asked);
}
