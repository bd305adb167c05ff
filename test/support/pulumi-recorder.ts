import * as pulumi from '@pulumi/pulumi';

/** A resource as the program asked the engine for it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  /** Plain values; secrets are unwrapped and listed in `secret`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Name of the parent; undefined directly under the stack. */
  readonly parent: string | undefined;
  /** Its type; names of components repeat. */
  readonly parentType: string | undefined;
  readonly component: boolean;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  /** Top-level inputs that were marked secret. */
  readonly secret: readonly string[];
  readonly dependsOn: readonly string[];
}

export interface Recording<Result> {
  readonly resources: readonly Recorded[];
  /** What the program gave, with every output resolved. */
  readonly result: Result;
  /** The one resource of this type and name; throws when there is none. */
  find(type: string, name: string): Recorded;
  ofType(type: string): readonly Recorded[];
}

/** Stands in for the cloud: what a new resource's outputs are, and what a provider's function answers. */
export interface Answers {
  /** Added to the inputs. `id` is the resource's id. */
  outputs?(resource: {
    type: string;
    name: string;
    inputs: Readonly<Record<string, unknown>>;
  }): Record<string, unknown>;
  /** Throw for a function that the program is not known to call. */
  call?(token: string, inputs: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

export interface RecordOptions {
  readonly answers?: Answers;
  readonly project?: string;
  readonly stack?: string;
  readonly preview?: boolean;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}

type Register = (request: RegisterRequest, reply: (error: unknown, response: unknown) => void) => Promise<void>;

/** Runs a program against mocks, and keeps all that it asked for. Mocks do not prove what a cloud accepts. */
export async function record<Result>(
  program: () => Result,
  options: RecordOptions = {},
): Promise<Recording<pulumi.Unwrap<Result>>> {
  const resources: Recorded[] = [];
  const answers = options.answers ?? {};
  // Pulumi replaces what a function throws by an error without a message.
  let unanswered: unknown;
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
        const given = inputs as Readonly<Record<string, unknown>>;
        const state = { ...given, ...answers.outputs?.({ type, name, inputs: plain(given) as typeof given }) };
        return { id: typeof state['id'] === 'string' ? state['id'] : `${name}-id`, state };
      },
      call: ({ token, inputs }: pulumi.runtime.MockCallArgs) => {
        try {
          if (!answers.call) throw new Error(`the program called ${token}, for which the test has no answer`);
          return answers.call(token, inputs as Readonly<Record<string, unknown>>);
        } catch (error) {
          unanswered = error;
          throw error;
        }
      },
    },
    options.project ?? 'crossfade',
    options.stack ?? 'test',
    options.preview ?? false,
    'organization',
  );
  listen(resources);
  const settled = await resolve(pulumi.output(await program())).catch((error: unknown) => {
    throw unanswered ?? error;
  });
  await pulumi.runtime.disconnect();
  return {
    resources,
    result: settled as pulumi.Unwrap<Result>,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    find: (type, name) => {
      const found = resources.find((resource) => resource.type === type && resource.name === name);
      if (found) return found;
      const near = resources.filter((resource) => resource.type === type).map((resource) => resource.name);
      throw new Error(`no ${type} named ${name}; of this type there are: ${near.join(', ') || 'none'}`);
    },
  };
}

/** The mocks hear only of inputs; the request to the engine says the rest. */
function listen(resources: Recorded[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register } | undefined;
  if (!monitor) throw new Error('Pulumi has no monitor after setMocks');
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, reply) => {
    if (request.getType() !== 'pulumi:pulumi:Stack') {
      const inputs = request.getObject()?.toJavaScript() ?? {};
      resources.push({
        type: request.getType(),
        name: request.getName(),
        inputs: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, plain(value)])),
        secret: Object.keys(inputs).filter((key) => isSecret(inputs[key])),
        parent: nameOf(request.getParent()),
        parentType: typeOf(request.getParent()),
        component: !request.getCustom(),
        protect: request.getProtect(),
        retainOnDelete: request.getRetainondelete(),
        ignoreChanges: request.getIgnorechangesList(),
        dependsOn: request.getDependenciesList().flatMap((urn) => nameOf(urn) ?? []),
      });
    }
    return register(request, reply);
  };
}

const signature = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

function isSecret(value: unknown): boolean {
  return isObject(value) && value[signature] === secretSignature;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if (isSecret(value)) return plain(value['value']);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(urn: string): string | undefined {
  if (urn === '' || urn.includes('pulumi:pulumi:Stack::')) return undefined;
  return urn.split('::').at(-1);
}

/** The last of the types that a URN strings together. */
function typeOf(urn: string): string | undefined {
  return nameOf(urn) === undefined ? undefined : urn.split('::').at(-2)?.split('$').at(-1);
}

function resolve(output: pulumi.Output<unknown>): Promise<unknown> {
  // `promise` is how Pulumi itself waits for an output; it rejects when an apply threw.
  return (output as unknown as { promise(): Promise<unknown> }).promise();
}
