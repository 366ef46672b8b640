import { createHash } from 'node:crypto'

/** What an object of the archive holds: envelopes, sealed text, Temporal's histories, the manifest, or what a hold keeps. */
export type ArchivePart = 'facts' | 'content' | 'histories' | 'manifest' | 'held'

export interface ObjectPlace {
  tenantId: string
  retentionClass: string
  part: ArchivePart
  /** `YYYY-MM-DD`, UTC: the first day of the period. */
  day: string
  /** From 1; a name is never used again, also where an upload was torn. */
  generation: number
}

const ENDINGS: Readonly<Record<ArchivePart, string>> = {
  facts: 'parquet',
  content: 'parquet',
  histories: 'parquet',
  manifest: 'json',
  held: 'parquet',
}

/**
 * The name of an object: `archive/<class>/<part>/<tenant>.<hash>/<day>/<generation>.<ending>`. Class and part come first, so that a
 * lifecycle rule can name them; the hash keeps tenants apart on file systems that do not tell `A` from `a`.
 */
export function objectName({ tenantId, retentionClass, part, day, generation }: ObjectPlace): string {
  const number = String(generation).padStart(4, '0')
  return `${tenantPrefix(tenantId, retentionClass, part)}${day}/${number}.${ENDINGS[part]}`
}

/** What the names of a tenant's objects of one part of a class begin with. */
export function tenantPrefix(tenantId: string, retentionClass: string, part: ArchivePart): string {
  const hash = createHash('sha256').update(tenantId, 'utf8').digest('hex').slice(0, 8)
  return `${partPrefix(retentionClass, part)}${tenantId.toLowerCase()}.${hash}/`
}

/** Day and generation of an object, by its name; undefined: it is no name of the archive's. */
export function placeIn(name: string): Pick<ObjectPlace, 'day' | 'generation'> | undefined {
  const [, day, generation] = /\/(\d{4}-\d{2}-\d{2})\/(\d{4,})\.\w+$/.exec(name) ?? []
  return day === undefined ? undefined : { day, generation: Number(generation) }
}

/** What the names of a class's objects of one part begin with. */
export function partPrefix(retentionClass: string, part: ArchivePart): string {
  return `archive/${retentionClass}/${part}/`
}
