import { HASH_BYTES } from '../../../domain/ledger/bytes.ts'
import type { NodeSource } from '../../../domain/ledger/prove.ts'
import { TILE_WIDTH, tileSource } from '../../../domain/ledger/tiles.ts'
import type { Query } from '../sql.ts'
import { binaryArray } from './binary-array.ts'

interface WantedTile {
  level: number
  index: number
  resolve(hashes: Uint8Array[]): void
  reject(error: unknown): void
}

/**
 * Nodes of one log from its leaves and stored subtrees, read by tiles of 256 hashes. What is asked for at once is read by
 * one statement. Make one for each proof.
 */
export function nodeSourceOf(sql: Query, logId: Uint8Array): NodeSource {
  let wanted: WantedTile[] = []
  const read = async () => {
    const tiles = wanted
    wanted = []
    try {
      const found = await readTiles(sql, logId, tiles)
      for (const [place, { resolve }] of tiles.entries()) resolve(found.get(place) ?? [])
    } catch (error) {
      for (const { reject } of tiles) reject(error)
    }
  }
  return tileSource((level, index) => {
    const tile = new Promise<Uint8Array[]>((resolve, reject) => wanted.push({ level, index, resolve, reject }))
    if (wanted.length === 1) queueMicrotask(read)
    return tile
  })
}

/** The hashes of tiles by their place in the list. A tile comes as one value: as rows its hashes took most of a proof. */
async function readTiles(
  sql: Query,
  logId: Uint8Array,
  tiles: readonly Pick<WantedTile, 'level' | 'index'>[],
): Promise<Map<number, Uint8Array[]>> {
  const levels = tiles.map((tile) => tile.level * 8)
  const firsts = tiles.map((tile) => tile.index * TILE_WIDTH)
  const rows = await sql`
    SELECT t.place::integer - 1 AS place,
      CASE WHEN t.level = 0
        THEN (SELECT string_agg(leaf_hash, '' ORDER BY leaf_index) FROM ledger_leaf
              WHERE log_id = ${logId} AND leaf_index >= t.first AND leaf_index < t.first + ${TILE_WIDTH})
        ELSE (SELECT string_agg(hash, '' ORDER BY subtree_index) FROM ledger_subtree
              WHERE log_id = ${logId} AND level = t.level AND subtree_index >= t.first
                AND subtree_index < t.first + ${TILE_WIDTH})
      END AS hashes
    FROM unnest(${binaryArray('int', levels)}::bigint[], ${binaryArray('int', firsts)}::bigint[])
      WITH ORDINALITY AS t(level, first, place)`
  return new Map(rows.map(({ place, hashes }) => [place, hashes === null ? [] : split(hashes)]))
}

function split(hashes: Buffer): Uint8Array[] {
  return Array.from({ length: hashes.length / HASH_BYTES }, (_, i) =>
    hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  )
}
