import * as pulumi from '@pulumi/pulumi';
import type { Colour } from '../../contract/colour.js';
import type { LocalConnection } from '../../contract/outputs.js';
import type { Settings } from '../../contract/settings.js';
import { shim } from './shim.js';

export interface LocalServiceArgs {
  readonly directory: string;
  readonly environment: string;
  readonly adminSocket: string;
  readonly colour: Colour;
  readonly service: string;
  readonly kind: 'routed' | 'background' | 'singleton';
  readonly command: readonly string[];
  readonly replicas: number;
  /** Durations are milliseconds. */
  readonly stopWithin: number;
  readonly health: { readonly path: string; readonly within: number; readonly every: number };
  readonly version: string;
  readonly digest: string;
  readonly folder: string;
  readonly settings: Settings;
  readonly database: LocalConnection;
}

/** One service of one slot: its replicas as processes of this machine, known to the balancer once healthy. */
export class LocalService extends pulumi.dynamic.Resource {
  constructor(name: string, args: LocalServiceArgs, opts?: pulumi.CustomResourceOptions) {
    const { database, ...rest } = args;
    super(shim('service'), name, database === null ? rest : { ...rest, database }, opts, 'local', 'Service');
  }
}
