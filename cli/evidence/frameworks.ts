import type { EvidenceFacts } from './facts-of.js';

type Part =
  | 'record'
  | 'plan'
  | 'gates'
  | 'approvals'
  | 'samples'
  | 'durations'
  | 'rollback'
  | 'messages'
  | 'checklist'
  | 'journal';

export interface Heading {
  readonly framework: string;
  readonly reference: string;
  readonly asks: string;
  /** Where in the archive to look. */
  readonly parts: readonly Part[];
}

/**
 * Headings under which auditors ask about a change of production. It says where to look, and claims no conformity.
 * SOC 2: AICPA Trust Services Criteria 2017 (points of focus of 2022). ISO/IEC 27001:2022, Annex A. PCI DSS 4.0.1.
 * GDPR: Regulation (EU) 2016/679.
 */
export const headings: readonly Heading[] = [
  {
    framework: 'SOC 2',
    reference: 'CC8.1',
    asks: 'changes are authorised, documented, tested, approved and carried out as approved',
    parts: ['plan', 'approvals', 'gates', 'checklist'],
  },
  {
    framework: 'SOC 2',
    reference: 'CC7.1, CC7.2',
    asks: 'the system is watched for what changes do to it',
    parts: ['samples'],
  },
  {
    framework: 'SOC 2',
    reference: 'CC7.4, CC7.5',
    asks: 'incidents are responded to, and recovered from',
    parts: ['rollback', 'messages'],
  },
  {
    framework: 'SOC 2',
    reference: 'A1.2',
    asks: 'data is backed up, and backups are tried',
    parts: ['gates', 'durations'],
  },
  {
    framework: 'ISO 27001',
    reference: 'A.8.32',
    asks: 'changes go through change management',
    parts: ['record', 'plan', 'approvals'],
  },
  {
    framework: 'ISO 27001',
    reference: 'A.5.3',
    asks: 'conflicting duties are segregated: nobody approved what was their own',
    parts: ['approvals'],
  },
  {
    framework: 'ISO 27001',
    reference: 'A.8.29',
    asks: 'tests are passed before acceptance',
    parts: ['gates', 'checklist'],
  },
  { framework: 'ISO 27001', reference: 'A.8.13', asks: 'backups are made and tried', parts: ['gates', 'durations'] },
  {
    framework: 'ISO 27001',
    reference: 'A.8.15, A.8.16',
    asks: 'events are logged, the log is protected, and anomalies are looked for',
    parts: ['journal', 'samples'],
  },
  {
    framework: 'PCI DSS',
    reference: '6.5.1',
    asks: 'reason, impact, approval by authorised people, tests, and the way back of every change of production',
    parts: ['record', 'plan', 'approvals', 'gates', 'rollback'],
  },
  {
    framework: 'PCI DSS',
    reference: '6.5.4',
    asks: 'roles are separated, so that only what was reviewed and approved is deployed',
    parts: ['approvals', 'plan'],
  },
  {
    framework: 'PCI DSS',
    reference: '10.2, 10.3',
    asks: 'who did what and when; the log can be shown to be unaltered',
    parts: ['journal'],
  },
  {
    framework: 'GDPR',
    reference: 'Art. 32(1)(b)',
    asks: 'integrity, availability and resilience of processing',
    parts: ['samples', 'rollback'],
  },
  {
    framework: 'GDPR',
    reference: 'Art. 32(1)(c)',
    asks: 'availability and access can be restored in time',
    parts: ['rollback', 'durations'],
  },
  {
    framework: 'GDPR',
    reference: 'Art. 32(1)(d), 5(2)',
    asks: 'measures are tested regularly, and that can be shown',
    parts: ['gates', 'journal'],
  },
];

export const fileOf: Readonly<Record<Part, string>> = {
  record: 'record.json',
  plan: 'plan.json',
  gates: 'gates.json',
  approvals: 'approvals.json',
  samples: 'samples.json',
  durations: 'durations.json',
  rollback: 'rollback.json',
  messages: 'messages.json',
  checklist: 'checklist.md',
  journal: 'journal.jsonl',
};

/** How much this run has of each. */
export function countOf(part: Part, facts: EvidenceFacts, events: number, messages: number): number {
  switch (part) {
    case 'record':
    case 'plan':
    case 'checklist':
      return 1;
    case 'journal':
      return events;
    case 'messages':
      return messages;
    default:
      return facts[part].length;
  }
}
