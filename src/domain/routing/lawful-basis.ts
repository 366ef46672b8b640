/** Art. 6(1)(a) to (f) GDPR, in this order. */
export const art6Bases = [
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_task',
  'legitimate_interests',
] as const
export type LawfulBasis = (typeof art6Bases)[number]

/** Art. 9(2)(a) to (j) GDPR, in this order: what lets special categories of data be processed. */
export const art9Bases = [
  'explicit_consent',
  'employment_and_social_protection',
  'vital_interests',
  'members_of_a_body',
  'made_public',
  'legal_claims',
  'substantial_public_interest',
  'health_care',
  'public_health',
  'archiving_and_research',
] as const
export type SpecialCategoryBasis = (typeof art9Bases)[number]

export interface Bases {
  lawfulBasis: LawfulBasis | null
  /** Absent: the tool has no special categories of data. */
  specialCategoryBasis?: SpecialCategoryBasis
}

/** What entries state: the basis of Art. 6 and, behind a plus, that of Art. 9. */
export function statedBasis({ lawfulBasis, specialCategoryBasis }: Bases): string | null {
  if (lawfulBasis === null || specialCategoryBasis === undefined) return lawfulBasis
  return `${lawfulBasis}+${specialCategoryBasis}`
}

/** Whether somebody has to have consented, by the basis as entries state it: Art. 6(1)(a) or Art. 9(2)(a). */
export function restsOnConsent(stated: string | null): boolean {
  const bases = stated?.split('+') ?? []
  return bases.includes('consent') || bases.includes('explicit_consent')
}
