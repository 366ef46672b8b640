import { outOfRange } from './malformed.ts'
import type { NodeRef } from './merkle.ts'
import { foldSubtrees, nodeHash } from './merkle.ts'
import type { NodeSource } from './prove.ts'

/** Leaves of a tile of level 0, and hashes of one tile in a tile of the level above (C2SP tlog-tiles). */
export const TILE_WIDTH = 256
const TILE_HEIGHT = 8

/**
 * Reads up to 256 hashes of complete subtrees of level `8 · tileLevel`, from index `256 · tileIndex` on, in order: leaf
 * hashes at tile level 0. May give fewer at the right edge.
 */
export type ReadTile = (tileLevel: number, tileIndex: number) => Promise<readonly Uint8Array[]>

/**
 * A source of nodes for a store that keeps leaf hashes and the hashes of complete subtrees of level 8, 16, … only. Each
 * tile is read once in the life of the source, so make one for each proof. Throws `ledger_out_of_range` where a tile
 * is too short.
 */
export function tileSource(readTile: ReadTile): NodeSource {
  const tiles = new Map<string, Promise<readonly Uint8Array[]>>()
  return async (node) => {
    const { tileLevel, tileIndex, start, width } = placeOf(node)
    const name = `${tileLevel}/${tileIndex}`
    const tile = tiles.get(name) ?? readTile(tileLevel, tileIndex)
    tiles.set(name, tile)
    const hashes = (await tile).slice(start, start + width)
    if (hashes.length !== width) throw outOfRange('The store does not hold all hashes this proof needs.')
    return completeRoot(hashes)
  }
}

/** Which hashes of which tile make up a complete subtree. */
export function placeOf(node: NodeRef): { tileLevel: number; tileIndex: number; start: number; width: number } {
  const tileLevel = Math.floor(node.level / TILE_HEIGHT)
  const width = 2 ** (node.level % TILE_HEIGHT)
  const first = node.index * width
  return { tileLevel, tileIndex: Math.floor(first / TILE_WIDTH), start: first % TILE_WIDTH, width }
}

function completeRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes
  while (row.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i < row.length; i += 2) above.push(nodeHash(row[i] as Uint8Array, row[i + 1] as Uint8Array))
    row = above
  }
  return foldSubtrees(row)
}
