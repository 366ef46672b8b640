import { placeInStamp, stampedBytes } from '../../../src/domain/evidence/time-stamp.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** What time stamps are over, for anchors of one to five logs, with each log's place. The notes need no valid signature here. */
export async function timeStampVectors(): Promise<unknown> {
  const rows = []
  for (const count of [1, 2, 3, 5]) {
    const notes = Array.from(
      { length: count },
      (_, i) => `example.com/t${i}/g1\n${i}\nAAAA\n\n— example.com/t${i}/g1 ${'A'.repeat(92)}\n`,
    )
    const anchor = 1000 + count
    const places = []
    for (let i = 0; i < count; i++) {
      const { index, path, root } = await placeInStamp(notes, i)
      places.push({ index, path: path.map(hex), root: hex(root) })
    }
    rows.push({ anchor, notes, places, stamped: hex(stampedBytes(anchor, notes)) })
  }
  return {
    text: 'section 17: anchor, its notes in order, the place of each, and the bytes that the time stamp is over',
    rows,
  }
}
