import * as pulumi from '@pulumi/pulumi';
import { shim } from './shim.js';

export interface LocalDatabaseArgs {
  readonly directory: string;
  readonly name: string;
}

/** A PostgreSQL server of the environment's own. */
export class LocalDatabase extends pulumi.dynamic.Resource {
  declare readonly host: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;
  declare readonly user: pulumi.Output<string>;
  declare readonly passwordFile: pulumi.Output<string>;

  constructor(name: string, args: LocalDatabaseArgs, opts?: pulumi.CustomResourceOptions) {
    const outs = { host: undefined, port: undefined, user: undefined, passwordFile: undefined };
    super(shim('database'), name, { ...outs, ...args }, opts, 'local', 'Database');
  }
}
