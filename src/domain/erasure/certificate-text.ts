import type { CertificateFacts } from './certificate-facts.ts'

/** What stays, why, and the ground that the controller may rest it on. */
export interface Retained {
  what: string
  why: string
  ground: string
}

/** What was done, for a reader who knows nothing of this software. */
export function scopeSentences(facts: CertificateFacts): string[] {
  const { counts } = facts
  const found = counts.subjects + counts.others_values + counts.texts_cut > 0
  if (!found) {
    return [
      'Nobody was found under the user id and identifiers that were given: nothing was stored under them that had to be erased.',
    ]
  }
  return [
    ...(counts.subjects > 0 ? ownData(facts) : ['No user id of the person was known; what others wrote was searched.']),
    `In what other people wrote, ${many(counts.others_values, 'detected value', 'detected values')} of the person ` +
      `${counts.others_values === 1 ? 'was' : 'were'} deleted, and a mention was cut out of ${many(counts.texts_cut, 'stored text', 'stored texts')}. ` +
      `${many(counts.texts_scanned, 'text was', 'texts were')} searched for mentions that had not been detected.`,
    ...(counts.texts_unreadable > 0
      ? [
          `${many(counts.texts_unreadable, 'text', 'texts')} of other people could not be searched, because their own key is destroyed: nobody can read them.`,
        ]
      : []),
  ]
}

function ownData({ counts, unreadable_since: since }: CertificateFacts): string[] {
  return [
    `The key under which everything of the person is stored was destroyed${since === null ? '' : ` on ${spokenTime(since)}`}. ` +
      'From then on neither the operator nor this software can read any stored text, value or identity of the person.',
    `Then the stored copies were deleted: the content of ${many(counts.entries, 'entry', 'entries')} and ` +
      `${many(counts.values, 'detected value', 'detected values')}. The user id was removed; a name without meaning stands in its place.`,
    ...(counts.in_flight > 0
      ? [`${many(counts.in_flight, 'request', 'requests')} of the person that had not ended yet left no text.`]
      : []),
  ]
}

/** `28 November 2026, 09:58:12 UTC`. */
export function spokenTime(iso: string): string {
  const at = new Date(iso)
  const month = MONTHS[at.getUTCMonth()]
  return `${at.getUTCDate()} ${month} ${at.getUTCFullYear()}, ${at.toISOString().slice(11, 19)} UTC`
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** `12,345`. */
export function spokenNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

function many(count: number, one: string, more: string): string {
  return `${spokenNumber(count)} ${count === 1 ? one : more}`
}

const RECORD =
  'So that it can be shown that every call was recorded and that the record was not changed: accountability, audits, legal claims.'
const GROUND =
  'Art. 17(3)(b) GDPR where a law obliges the controller to keep records, Art. 17(3)(e) for legal claims. The controller states which one applies.'

/** What stays of the person's entries. */
export function retainedOf(facts: CertificateFacts): Retained[] {
  const entries: Retained[] = [
    {
      what:
        `Facts of ${many(facts.kept_entries, 'entry', 'entries')} without text: times, API key, app, tool, region, model, counts of tokens and ` +
        'of kinds of personal data, cost, status. They stand under a random name that leads to nobody any more.',
      why: RECORD,
      ground: GROUND,
    },
    {
      what: 'Commitments to the erased texts: 32 bytes each, made with random numbers that are destroyed, so that no guess can be tried against them; and digests of the encrypted copies.',
      why: 'The proof of the whole record rests on them: without them it could not be told what was erased from what was removed in secret.',
      ground: GROUND,
    },
  ]
  const held = facts.stores.reduce((sum, store) => sum + store.held, 0)
  const others: Retained = {
    what: `${many(held, 'text or detected value', 'texts and detected values')} of other people in which the person is still named.`,
    why: 'A legal hold is in force on the entries of those other people, so nothing may be taken out of them. Ask again when it is released.',
    ground: 'Art. 17(3)(e) GDPR: legal claims. The controller states which claim.',
  }
  const listed = facts.stores.reduce((sum, store) => sum + (store.to_change ?? 0), 0)
  const policy: Retained = {
    what: `${many(listed, 'value', 'values')} that the tenant’s policy or its configuration file lists for redaction and in which the person is still named.`,
    why: 'They decide what is redacted, so this erasure does not change them. An administrator takes them out of the policy and of the file; this erasure is then asked for once more, and takes them out of earlier versions.',
    ground: 'None is claimed for them here. The controller states one, or has them taken out.',
  }
  const own: Retained = {
    what: `This erasure itself: ledger ${facts.receipt.entries.length === 1 ? 'entry' : 'entries'} ${facts.receipt.entries.join(', ')} and ${facts.receipt.completed}, the case, this certificate, and a note outside the database that names random ids, so that a restored backup is erased again.`,
    why: 'So that it can be shown that the request was answered, and so that it stays answered.',
    ground: 'Art. 5(2) and Art. 17(3)(b) and (e) GDPR. The controller states which one applies.',
  }
  return [
    ...(facts.kept_entries > 0 ? entries : []),
    ...(held > 0 ? [others] : []),
    ...(listed > 0 ? [policy] : []),
    own,
  ]
}

/** Whether anything was deleted that is sealed under a key that lives on. */
export function takesFromOthers({ counts }: CertificateFacts): boolean {
  return counts.others_values + counts.texts_cut > 0
}

/** Where nobody looked, each where it is so. */
export const NOT_LOOKED_AT: readonly {
  when(facts: CertificateFacts): boolean
  text: string | ((facts: CertificateFacts) => string)
}[] = [
  {
    when: ({ counts }) => counts.archive_objects === null,
    text: 'An archive: this gateway has none.',
  },
  {
    when: ({ archive }) => archive.others_text_until !== null,
    text: ({ archive }) =>
      `Archived text of other people: it left the database before this erasure and was not opened, so that a mention of the person which nobody had detected may stand in it. It is removed at the end of its retention period, the last of it on ${spokenTime(archive.others_text_until ?? '').replace(/,.*/, '')} unless a legal hold keeps it longer. Values that had been detected are not in it.`,
  },
  {
    when: () => true,
    text: 'Session ids and consent ids that apps gave in other people’s requests. They are encrypted under those other persons’ own keys, were not opened, and are not searched for mentions.',
  },
  {
    when: () => true,
    text: 'PostgreSQL’s dead rows, write-ahead log and file system blocks that are free again. Everything of the person’s own that ever stood there was encrypted before it reached the database, under the key that is destroyed.',
  },
  {
    when: takesFromOthers,
    text: 'What was taken out of other people’s entries was encrypted under the keys of those people, which still exist. Until PostgreSQL has used the space again and its write-ahead log is recycled, and in backups of the ledger made before, somebody who has those files and may use those keys could read it.',
  },
  {
    when: () => true,
    text: 'Backups and replicas of the databases. The ledger’s hold ciphertext. Those of the keystore, made before the key was destroyed, hold it wrapped; see Backups.',
  },
  {
    when: () => true,
    text: 'Whatever left the gateway: answers in the apps, exports and disclosed texts in the hands of those who asked for them, requests at model providers, logs of proxies before the gateway.',
  },
]

/** What this certificate does not say. */
export const LIMITS: readonly string[] = [
  'It states what this software did and found. It is signed by the operator’s own key, and shows neither that the operator kept no other copy nor that the software was left unchanged.',
  'The person was searched for by the user id and the identifiers that were given. What names them in another way, or a nickname in somebody’s text, was not found.',
  'The search compares spellings: plain, in another case, and in the encodings named in the documentation. It does not understand who is meant.',
  'Data is made unreadable by destroying its key, and deleted besides. Whether that is an erasure within the meaning of a law is for the competent authority and the courts to judge; this certificate does not say so.',
  'Whether the facts that stay are personal data any more, and on which ground they may be kept, is for the controller to judge.',
  'Times are those of the operator’s clock, unless a witness or a time stamp over the ledger says more.',
]
