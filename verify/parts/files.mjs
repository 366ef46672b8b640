// ---- Files: a proof, or the members of a zip file by its directory (APPNOTE 4.3.12, 4.3.14, 4.3.16, 4.5.3) ----
/** A number of `length` bytes, least significant first. */
const little = (bytes, at, length) =>
  length === 0 ? 0 : bytes.charCodeAt(at) + 256 * little(bytes, at + 1, length - 1)
/** What a file is, a Blob: the text of a proof, or the members of a pack. `inflate` unpacks the chunks of one. */
export async function openFile(file, inflate) {
  const { size } = file
  const read = async (start, length) => {
    const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer())
    need(bytes.length === length, 'The zip file ends too early.')
    return bytes
  }
  const part = async (start, length) => P.latin1(await read(start, length))
  const isProof = (await part(0, Math.min(size, 14))) === 'c2sp.org/tlog-' && size < 1 << 26
  if (isProof) return decoder.decode(await read(0, size))
  const tail = await part(Math.max(0, size - 65557), Math.min(size, 65557))
  const [end, far] = [tail.lastIndexOf('PK\x05\x06'), tail.lastIndexOf('PK\x06\x07')]
  need(end >= 0, 'This is neither a pack (a zip file or a folder) nor a proof.')
  const members = new Map()
  async function readDirectory() {
    const long = far < 0 ? null : await part(little(tail, far + 8, 8), 56)
    const length = long ? little(long, 40, 8) : little(tail, end + 12, 4)
    need(length <= 1 << 26, 'The directory of this zip file is too long.')
    const all = await part(long ? little(long, 48, 8) : little(tail, end + 16, 4), length)
    for (let at = 0; at !== length; ) {
      need(all.startsWith('PK\x01\x02', at), 'The directory of this zip file is broken.')
      const [method, names, extras, more] = [10, 28, 30, 32].map((offset) => little(all, at + offset, 2))
      const sizes = [24, 20, 42].map((offset) => little(all, at + offset, 4))
      const to = at + 46 + names + extras
      const name = loose.decode(P.bytes(all.slice(at + 46, to - extras)))
      // Sizes that do not fit stand in 64 bits, one after another, in an extra field of type 1.
      for (let x = to - extras, y = x + 4; x < to; x += 4 + little(all, x + 2, 2), y = x + 4) {
        for (let i = 0; i < 3 && little(all, x, 2) === 1; i++) {
          if (sizes[i] === 0xffffffff) [sizes[i], y] = [little(all, y, 8), y + 8]
        }
      }
      const [plain, packed, offset] = sizes
      const safe = !/^\/|\\|\0|(^|\/)\.\.?(\/|$)/.test(name) && !members.has(name) && (method === 0 || method === 8)
      need(safe && plain <= packed * 200 + (1 << 20), `The member ${JSON.stringify(name)} is not safe to unpack.`)
      if (!name.endsWith('/')) members.set(name, { method, packed, offset })
      at = to + more
    }
  }
  // A zip file that names a manifest is a pack: what is broken in it does not hold, instead of being left unjudged.
  const why = tail.includes('manifest.json') ? 'wrong' : 'malformed'
  await readDirectory().catch((error) => need(false, problemOf(error).what, why))
  async function* stored({ packed, offset }) {
    const head = await part(offset, 30)
    const start = offset + 30 + little(head, 26, 2) + little(head, 28, 2)
    for (let at = 0; at < packed; at += 1 << 18) yield read(start + at, Math.min(packed - at, 1 << 18))
  }
  const open = (name) => (members.get(name).method === 8 ? inflate : (chunks) => chunks)(stored(members.get(name)))
  return { names: [...members.keys()], open }
}
