import * as pulumi from '@pulumi/pulumi';
import { shim } from './shim.js';

export interface LocalBalancerArgs {
  /** The environment's folder; the balancer keeps its own in `folder`. */
  readonly directory: string;
  readonly folder: string;
  /** 0: the system chooses at the first start. */
  readonly port: number;
  readonly adminSocket: string;
  readonly testSocket: string;
  readonly affinity: 'none' | 'cohort';
  readonly routes: Readonly<Record<string, LocalRoute>>;
}

export interface LocalRoute {
  readonly path: string;
  readonly host?: string;
  readonly health: { readonly path: string; readonly everyMilliseconds: number };
}

/** The process that all requests pass, with a route per service. Weights are set by runs and never by this. */
export class LocalBalancer extends pulumi.dynamic.Resource {
  declare readonly url: pulumi.Output<string>;

  constructor(name: string, args: LocalBalancerArgs, opts?: pulumi.CustomResourceOptions) {
    super(shim('balancer'), name, { url: undefined, ...args }, opts, 'local', 'Balancer');
  }
}
