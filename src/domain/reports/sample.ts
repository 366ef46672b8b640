import { LIST_ROWS } from './common.ts'

/** Entries of a sample. */
export const SAMPLE_SIZE = 25

/** Bytes of a seed: its hex and an id as text fill one block of SHA-256. */
export const SEED_BYTES = 8

/**
 * Ids in order of SHA-256 over the texts of seed (hex) and id, the lowest first; of more than a list shows only of those whose
 * ids, random at their end (RFC 9562 section 5.7), end with the two digits that the seed begins with: to hash each would be most of a
 * report's work.
 */
export function sampleSql(population: string, seed: string): string {
  return `SELECT id FROM entries WHERE ${population} AND (right(CAST(id AS text), 2) = '${seed.slice(0, 2)}'
    OR (SELECT count(*) FROM entries WHERE ${population}) <= ${LIST_ROWS})
  ORDER BY sha256('${seed}' || CAST(id AS text)), id LIMIT ${SAMPLE_SIZE}`
}
