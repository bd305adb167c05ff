import type { Command } from '@commander-js/extra-typings';

const json = ['--json', 'one JSON document', false] as const;
const environment = ['--environment <name>', "where a run's name does not tell"] as const;

/** Commands that give out what is on record. */
export function registerEvidence(program: Command): void {
  const evidence = program.command('evidence').summary('what is on record about a run, for auditors');
  evidence
    .command('export')
    .argument('<run>')
    .summary('everything on record about a run in one signed archive')
    .description(
      'Plan, journal, gates, approvals, samples, durations, way back, messages and checklist, with an index by what auditors ask for. A line of the journal that holds the value of a secret is withheld; its place in the chain stays.',
    )
    .option('--key <key>', 'an ed25519 key to sign it with: a private one in a file, or kms: and a key of AWS KMS')
    .option('--output <file>', 'instead of crossfade-evidence-RUN.tar.gz here')
    .option('--with-output', 'what commands have printed too', false)
    .option(...environment)
    .option(...json)
    .addHelpText(
      'after',
      `
Examples:
  crossfade evidence export production-20261122t104312z-k3f9a2 --key audit.pem
  crossfade evidence export production-20261122t104312z-k3f9a2 --key kms:alias/audit

A key of KMS is named by ARN, alias or id, is of the kind ECC_NIST_EDWARDS25519, and never leaves KMS: whoever exports
needs kms:GetPublicKey and kms:Sign on it. To verify takes its public key alone, and no AWS.
`,
    )
    .action(async (run, { key, output, environment, ...options }) => {
      const { exportEvidence } = await import('./commands/evidence-export.js');
      process.exitCode = await exportEvidence(run, { key, output, environment, ...options });
    });
  evidence
    .command('verify')
    .argument('<file>')
    .summary('check an archive by itself: signature, digests, hash chain, plan, decisions')
    .option('--public-key <key>', 'the key that has to have signed it: its text, or a PEM file')
    .option('--environment <name>', 'whose approvers count where no key is named')
    .option(...json)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade evidence verify crossfade-evidence-production-….tar.gz --public-key audit.pub\n',
    )
    .action(async (file, { publicKey, environment, ...options }) => {
      const { verifyEvidenceFile } = await import('./commands/evidence-verify.js');
      process.exitCode = await verifyEvidenceFile(file, { publicKey, environment, ...options });
    });
  program
    .command('postmortem')
    .argument('<run>')
    .summary('a draft about a run that went back, from its journal')
    .option('--output <file>', 'instead of printing it')
    .option(...environment)
    .addHelpText(
      'after',
      '\nExample:\n  crossfade postmortem production-20261122t104312z-k3f9a2 --output postmortem.md\n',
    )
    .action(async (run, { environment, output }) => {
      const { postmortem } = await import('./commands/postmortem.js');
      process.exitCode = await postmortem(run, { environment, output });
    });
}
