/** Days after the request, in order. */
export interface RetentionPolicy {
  /** In the database, with its detected values. */
  hotDays: number
  /** From then on in the store's colder class. */
  coldAfterDays: number
  /** From then on gone, unless a hold is in force. */
  deleteAfterDays: number
}

/** Days. A day is sealed 48 hours after its end, and nothing of it leaves the database before. */
export const leastHotDays = 3

/** Days: six years of documentation (45 CFR 164.316(b)(2)(i)), two leap days included. */
export const hipaaDeleteAfterDays = 2192

/** Entries that explain others: receipts, holds, writers' epochs, recoveries. They stay in the database as long as proofs do. */
export const PROOF_CLASS = 'proof'

/** The class of an entry whose request ended before a policy was chosen: it follows its tenant's own policy. */
export const STANDARD_CLASS = 'standard'

const FORM = /^(\d{1,5})-(\d{1,5})-(\d{1,5})$/

/** What entries that are kept alike carry: it says itself how long. */
export function retentionClassOf({ hotDays, coldAfterDays, deleteAfterDays }: RetentionPolicy): string {
  return `${hotDays}-${coldAfterDays}-${deleteAfterDays}`
}

/**
 * The policy that a class stands for, also where the configuration no longer has it. Null: the class keeps its entries in the
 * database (`proof`), or is none.
 * @param tenant what `standard` follows
 */
export function policyOfClass(name: string, tenant: RetentionPolicy): RetentionPolicy | null {
  if (name === STANDARD_CLASS) return tenant
  const days = FORM.exec(name)?.slice(1).map(Number)
  if (!days) return null
  const [hotDays = 0, coldAfterDays = 0, deleteAfterDays = 0] = days
  return { hotDays, coldAfterDays, deleteAfterDays }
}
