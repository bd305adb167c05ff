export type Tier = 'staging' | 'production';

const differences = {
  staging: {
    account: '111111111111',
    cidr: '10.10.0.0/16',
    zones: 2,
    gateways: 'one',
    approvals: 0,
    hold: '3m',
    bake: '5m',
  },
  production: {
    account: '222222222222',
    cidr: '10.20.0.0/16',
    zones: 3,
    gateways: 'per-zone',
    approvals: 1,
    hold: '10m',
    bake: '30m',
  },
} as const;

/** Pulumi.staging.yaml or Pulumi.production.yaml: an environment on AWS. Its account and its addresses are examples. */
export function awsStackFile(product: string, tier: Tier): string {
  const { account, cidr, zones, gateways, approvals, hold, bake } = differences[tier];
  return `# The environment '${tier}' on AWS.
# EXAMPLES, to be replaced before the first 'pulumi up': accountId, region, backend, store, certificateArn.
config:
  crossfade:environment:
    platform: aws
    product: ${product}
    # production refuses weakened protections; nothing else differs by this word.
    tier: ${tier}
    region: eu-central-1
    # Quoted: YAML would drop a leading zero. Every up and every run refuses another account.
    accountId: '${account}'

    # State, its encryption, and the store of journals, leases and releases. Both slots inherit all three.
    backend: s3://${product}-${tier}-pulumi
    secretsProvider: awskms://alias/${product}-${tier}-pulumi
    store: s3://${product}-${tier}-crossfade/store

    # What a release consists of. routed: has users' traffic. background: works through a queue, in one slot at a time.
    services:
      web:
        kind: routed
        path: /
        port: 8080
        replicas: 2
        health: { path: /healthz, within: 60s, every: 5s }
        # Asked through the slot's own route, before any user gets there.
        # smoke:
        #   - { path: /, contains: Welcome }
      # worker:
      #   kind: background
      #   stopWithin: 2m

    # Handed to every service as environment variables. A change of them is a release too.
    settings:
      LOG_LEVEL: info

    network:
      kind: create
      cidr: ${cidr}
      zones: ${zones}
      natGateways: ${gateways}

    balancer:
      certificateArn: arn:aws:acm:eu-central-1:${account}:certificate/00000000-0000-0000-0000-000000000000

    # How a release gets the traffic: percent by percent, each share held and judged.
    rules:
      weights: [10, 50, 100]
      hold: ${hold}
      bake: ${bake}
      # CloudWatch counts by the minute and some minutes late.
      convergeWithin: 8m

    pipeline:
      # Whose workflows on GitHub may deploy.
      # repository: owner/name
      approvals: ${approvals}
`;
}
