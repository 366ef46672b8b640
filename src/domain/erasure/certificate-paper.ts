import type { Paper, PaperBlock } from '../papers/paper.ts'
import type { Certificate } from './certificate.ts'
import type { CertifiedEpoch, CertifiedRecipient } from './certificate-facts.ts'
import { spokenNumber as number, spokenTime, takesFromOthers } from './certificate-text.ts'

/** A signed certificate and its file, of which the paper is a copy for reading. */
export interface PaperSource {
  certificate: Certificate
  signature: string
  /** As it was signed, and its SHA-256 in hex. */
  file: string
  sha256: string
}

/** The certificate as a lawyer reads it. What was signed travels inside. */
export function certificatePaper({ certificate, signature, file, sha256 }: PaperSource): Paper {
  return {
    title: 'Certificate of erasure',
    subtitle: `Receipt ${certificate.receipt.number} of ${certificate.tenant}, case ${certificate.case}`,
    footer: `Certificate of erasure · case ${certificate.case}`,
    language: 'en',
    madeAt: Date.parse(certificate.issued_at),
    blocks: [
      ...whatWasDone(certificate),
      ...whatStays(certificate),
      ...whoElse(certificate),
      ...whatIsNotSaid(certificate),
      ...howToCheck(certificate, signature, sha256),
    ],
    attachment: {
      name: `certificate-${certificate.case}.json`,
      type: 'application/json',
      description: 'The certificate as it was signed',
      bytes: Buffer.from(file, 'utf8'),
    },
  }
}

function whatWasDone(certificate: Certificate): PaperBlock[] {
  const { counts } = certificate
  const times: [string, string | null][] = [
    ['Asked for', certificate.requested_at],
    ['Announced in the ledger', certificate.announced_at],
    ['Unreadable since', certificate.unreadable_since],
    ['Completed', certificate.completed_at],
    ['Legal deadline', certificate.deadline],
    ['Certified', certificate.issued_at],
  ]
  return [
    { kind: 'heading', text: 'What was done' },
    ...certificate.scope.map((text): PaperBlock => ({ kind: 'text', text })),
    {
      kind: 'facts',
      rows: [
        ...times.flatMap(([name, at]) => (at === null ? [] : [[name, spokenTime(at)] as const])),
        ['Asked for by', `key ${certificate.requested_by}`],
        ...(certificate.approved_by === null ? [] : [['Approved by', `key ${certificate.approved_by}`] as const]),
        ['Stands under', certificate.handles.length > 0 ? certificate.handles.join('\n') : 'no name: nobody was known'],
        ['Receipt', `${certificate.receipt.number}, ledger ${certificate.log}`],
        ['Ledger entries', [...certificate.receipt.entries, certificate.receipt.completed].join('\n')],
      ],
    },
    { kind: 'heading', text: 'How much' },
    {
      kind: 'table',
      head: ['What', 'Number'],
      shares: [0.78, 0.22],
      rows: [
        ['Names of the person in the ledger', number(counts.subjects)],
        ['Keys destroyed', number(counts.keys)],
        ['Entries whose content was deleted', number(counts.entries)],
        ['Detected values deleted with them', number(counts.values)],
        ['Requests under way that left no text', number(counts.in_flight)],
        ['Detected values deleted in other people’s entries', number(counts.others_values)],
        ['Other people’s texts searched', number(counts.texts_scanned)],
        ['Other people’s texts from which a mention was cut', number(counts.texts_cut)],
        ['Other people’s texts that nobody can read any more', number(counts.texts_unreadable)],
        ['Objects in an archive', counts.archive_objects === null ? 'no archive' : number(counts.archive_objects)],
      ],
    },
    { kind: 'heading', text: 'What was looked at afterwards' },
    {
      kind: 'text',
      text: 'At the end every store was searched for the person, and sealed copies were tried: they must not open.',
    },
    {
      kind: 'table',
      head: ['Store', 'Looked at', 'Found', 'Under hold', 'Sealed copies tried', 'Key destroyed'],
      shares: [0.32, 0.14, 0.11, 0.13, 0.16, 0.14],
      rows: certificate.stores.map((store) => [
        store.store,
        number(store.looked),
        number(store.found),
        number(store.held),
        store.sealed_tried === null ? '–' : number(store.sealed_tried),
        store.sealed_destroyed === null ? '–' : number(store.sealed_destroyed),
      ]),
    },
  ]
}

function whatStays(certificate: Certificate): PaperBlock[] {
  const { retained, backups } = certificate
  return [
    { kind: 'heading', text: 'What stays, and on which ground' },
    {
      kind: 'table',
      head: ['What', 'Why', 'Ground'],
      shares: [0.42, 0.29, 0.29],
      rows: retained.map(({ what, why, ground }) => [what, why, ground]),
    },
    { kind: 'heading', text: 'Backups' },
    {
      kind: 'text',
      text: 'Backups of the ledger’s database hold encrypted copies until the operator’s own schedule drops them. The person’s own do not open: their key is destroyed.',
    },
    ...(takesFromOthers(certificate)
      ? [
          {
            kind: 'text',
            text: 'What was taken out of other people’s entries is in older backups, too, under the keys of those people, which still exist.',
          } as const,
        ]
      : []),
    ...keystoreBackups(backups.keystore_epochs),
    {
      kind: 'text',
      text: 'Where a backup of either database is restored into this gateway, the erasure is carried out again from notes outside the database, before anything is readable.',
    },
  ]
}

function keystoreBackups(epochs: readonly CertifiedEpoch[]): PaperBlock[] {
  if (epochs.length === 0) {
    return [{ kind: 'text', text: 'No backup of the keystore opens any more that held a key of the person.' }]
  }
  return [
    {
      kind: 'text',
      text:
        'Backups of the keystore that were made before the key was destroyed hold it, wrapped under a key-encryption key that is still there. ' +
        'Somebody with such a backup, with access to the key-management service and with a copy of the ciphertext could read it until that key is destroyed as well:',
    },
    {
      kind: 'table',
      head: ['Key-encryption epoch', 'State', 'Backups stop opening'],
      shares: [0.3, 0.25, 0.45],
      rows: epochs.map(({ epoch, state, opens_until: until }) => [
        String(epoch),
        state,
        `${spokenTime(until)}${state === 'destroyed' ? '' : ' at the latest, as rotation is set up'}`,
      ]),
    },
  ]
}

function whoElse({ recipients, disclosures }: Certificate): PaperBlock[] {
  return [
    { kind: 'heading', text: 'Recipients to be told (Art. 19 GDPR)' },
    ...(recipients.length === 0
      ? [{ kind: 'text', text: 'No request of the person is on record as sent to a model provider.' } as const]
      : [
          {
            kind: 'text',
            text: 'These providers of models may have been sent requests of the person, with the detected values replaced by placeholders. What was not detected was in them.',
          } as const,
          {
            kind: 'table',
            head: ['Provider', 'Entries', 'Unredacted', 'Missed mentions', 'First', 'Last'],
            shares: [0.2, 0.12, 0.14, 0.14, 0.2, 0.2],
            rows: recipients.map(recipientRow),
          } as const,
        ]),
    {
      kind: 'text',
      text:
        disclosures === 0
          ? 'Stored text of the person was shown to nobody through this gateway.'
          : `Stored text of the person was shown ${disclosures === 1 ? 'once' : `${number(disclosures)} times`} through this gateway, exports among them; the accounting of disclosures says to whom.`,
    },
  ]
}

function recipientRow(one: CertifiedRecipient): string[] {
  const day = (iso: string) => spokenTime(iso).split(',')[0] ?? ''
  return [
    one.provider,
    number(one.entries),
    number(one.unredacted),
    number(one.missed_mentions),
    day(one.first_at),
    day(one.last_at),
  ]
}

function whatIsNotSaid(certificate: Certificate): PaperBlock[] {
  return [
    { kind: 'heading', text: 'Where nobody looked' },
    { kind: 'list', items: certificate.not_looked_at },
    { kind: 'heading', text: 'What this certificate does not say' },
    { kind: 'list', items: certificate.limits },
  ]
}

function howToCheck(certificate: Certificate, signature: string, sha256: string): PaperBlock[] {
  return [
    { kind: 'heading', text: 'How to check it' },
    {
      kind: 'text',
      text:
        'This paper is a copy for reading. What was signed is the file that travels inside it, with the ledger’s key, which an auditor ' +
        'gets from the operator by another way:',
    },
    { kind: 'lines', text: `palimpsest verify certificate-${certificate.case}.json --trust '<verifier key>'` },
    { kind: 'facts', rows: [['SHA-256 of the file', sha256]] },
    { kind: 'lines', text: signature.trimEnd() },
  ]
}
