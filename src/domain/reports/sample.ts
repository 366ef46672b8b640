/** Entries of a sample. */
export const SAMPLE_SIZE = 25

/** Bytes of a seed: its hex and an id as text fill one block of SHA-256. */
export const SEED_BYTES = 8

/** Ids in order of SHA-256 over the texts of seed (hex) and id, the lowest first. */
export function sampleSql(population: string, seed: string): string {
  return `SELECT id FROM entries WHERE ${population} ORDER BY sha256('${seed}' || CAST(id AS text)), id LIMIT ${SAMPLE_SIZE}`
}
