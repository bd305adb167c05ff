import * as pulumi from '@pulumi/pulumi';
import type { Colour } from '../../contract/colour.js';
import { connectionOf, type LocalOutputs } from '../../contract/outputs.js';
import type { Service } from '../../contract/service.js';
import type { SlotInput } from '../../contract/slot-input.js';
import { LocalService, type LocalServiceArgs } from './service.js';
import { LocalSlotRecord } from './slot-record.js';

export interface LocalSlotArgs {
  readonly environment: LocalOutputs;
  readonly colour: Colour;
  readonly input: SlotInput;
  /** Those that the release carries; each with a command. */
  readonly services: Readonly<Record<string, Service & { readonly command: readonly string[] }>>;
}

/** Blue or green on this machine. */
export class LocalSlot extends pulumi.ComponentResource {
  readonly services: Readonly<Record<string, LocalService>>;
  readonly record: LocalSlotRecord;

  constructor(name: string, args: LocalSlotArgs, opts?: pulumi.ComponentResourceOptions) {
    super('crossfade:local:Slot', name, {}, opts);
    this.services = Object.fromEntries(
      Object.keys(args.services).map((service) => [
        service,
        new LocalService(`${name}-${service}`, serviceArgs(args, service), { parent: this }),
      ]),
    );
    this.record = new LocalSlotRecord(
      `${name}-record`,
      {
        directory: args.environment.directory,
        adminSocket: args.environment.balancer.adminSocket,
        colour: args.colour,
        input: args.input,
      },
      { parent: this, dependsOn: Object.values(this.services) },
    );
    this.registerOutputs();
  }
}

// A service that answers nobody is healthy while it lives.
const noHealth = { path: '/', within: 10_000, every: 1_000 };

function serviceArgs({ environment, colour, input, services }: LocalSlotArgs, service: string): LocalServiceArgs {
  const definition = services[service];
  const artifact = input.release.artifacts[service];
  if (definition === undefined || artifact === undefined) throw new Error(`no definition or artifact of ${service}`);
  return {
    directory: environment.directory,
    environment: environment.environment,
    adminSocket: environment.balancer.adminSocket,
    colour,
    service,
    kind: definition.kind,
    command: definition.command,
    replicas: input.replicas[service] ?? definition.replicas,
    stopWithin: definition.stopWithin,
    health: definition.kind === 'routed' ? definition.health : noHealth,
    version: input.release.version,
    digest: artifact.digest,
    folder: `${environment.artifacts}/${artifact.digest.replace('sha256:', '')}`,
    settings: input.settings,
    database: connectionOf(environment.database),
  };
}
