import type { ExportSummary } from './export-summary.ts'

/** Format of an export: of its JSON, and of what stands before and behind the entries. */
export const EXPORT_FORMAT = 'palimpsest/v1/subject-export'

/** What an export says of itself before its entries. */
export interface ExportHead {
  format: typeof EXPORT_FORMAT
  export: string
  tenant: string
  /** ISO 8601, UTC. */
  made_at: string
  /** Null: nobody is known by the user id that was asked for. */
  subject: string | null
  /** `none`: nothing is stored under this user id. `erased`: the person's key is destroyed, and nothing opens any more. */
  readable: 'all' | 'none' | 'erased'
  /** The entry of the ledger in which this export stands as a disclosure; null where it shows nothing. */
  disclosure: string | null
  summary: ExportSummary | null
  /** In plain words, for the person. */
  about: readonly string[]
  not_included: readonly string[]
}

const ABOUT: Readonly<Record<ExportHead['readable'], readonly string[]>> = {
  all: [
    'This is what this gateway stores of you: each request that was sent in your name to a language model, its answer, the values that were found in it, and who was shown any of it, when and why.',
    'The values listed as detected were replaced before the request left; the models named did not see them.',
  ],
  none: ['Nothing is stored under this user id.'],
  erased: [
    'This person has been erased: the key to everything that was stored of them is destroyed, so nothing of it can be read any more, by anybody.',
    'What stays are facts without text under a random name: times, counts and costs, and proofs that entries were made.',
  ],
}

const NOT_INCLUDED: readonly string[] = [
  'What other people wrote about you. It is found by your identifiers, not by your user id, and belongs to them as well.',
  'Requests that had not ended when this export was made.',
  'Requests that were sent without a user id.',
  'What the apps keep themselves, and what model providers keep of the requests that were sent to them.',
  'Reasons of legal holds.',
]

/** The head of an export. */
export function exportHead(
  facts: Pick<ExportHead, 'export' | 'tenant' | 'made_at' | 'subject' | 'readable' | 'disclosure' | 'summary'>,
): ExportHead {
  const { readable } = facts
  return {
    format: EXPORT_FORMAT,
    ...facts,
    about: ABOUT[readable],
    not_included: readable === 'all' ? NOT_INCLUDED : [],
  }
}
