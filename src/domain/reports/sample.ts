import { LIST_ROWS } from './common.ts'

/** Entries of a sample. */
export const SAMPLE_SIZE = 25

/** Bytes of a seed: its hex and an id as text fill one block of SHA-256. */
export const SEED_BYTES = 8

export interface SampleSql {
  /** Counts, and what is counted is read behind it. */
  population: string
  counted: string
  /** Decides by the count which ids are looked at. */
  ending: string
  /** The sample. */
  drawn: string
}

/**
 * Ids in order of SHA-256 over the texts of seed (hex) and id, the lowest first; of more than a list shows only of those whose
 * ids, random at their end (RFC 9562 section 5.7), end with the two digits that the seed begins with: to hash each would be most of a
 * report's work. What DuckDB is asked, in this order but for `counted`: what is decided beforehand is looked at while it reads.
 */
export function sampleSql(population: string, seed: string): SampleSql {
  return {
    population: `CREATE TABLE population AS SELECT count(*) AS entries FROM entries WHERE ${population}`,
    counted: 'SELECT entries FROM population',
    ending: `SET VARIABLE ending = (SELECT CASE WHEN entries > ${LIST_ROWS} THEN '${seed.slice(0, 2)}' ELSE '' END FROM population)`,
    drawn: `SELECT id FROM entries WHERE ${population} AND CAST(id AS text) LIKE '%' || getvariable('ending')
  ORDER BY sha256('${seed}' || CAST(id AS text)), id LIMIT ${SAMPLE_SIZE}`,
  }
}
