// ---- Files: a proof, or the members of a zip file by its directory (APPNOTE 4.3.12, 4.3.14, 4.3.16, 4.5.3) ----
/** What a file is, a Blob: the text of a proof, or the members of a pack. `inflate` unpacks the chunks of one. */
export async function openFile(file, inflate) {
  const [{ size }, latin1] = [file, new TextDecoder('latin1')]
  const part = async (start, length) => {
    const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer())
    need(bytes.length === length, 'The zip file ends too early.')
    const view = new DataView(bytes.buffer)
    return { bytes, view }
  }
  const begin = await part(0, Math.min(size, 14))
  if (latin1.decode(begin.bytes) === 'c2sp.org/tlog-' && size < 1 << 26)
    return decoder.decode((await part(0, size)).bytes)
  const { bytes: tail, view } = await part(Math.max(0, size - 65557), Math.min(size, 65557))
  const text = latin1.decode(tail)
  const [end, far] = [text.lastIndexOf('PK\x05\x06'), text.lastIndexOf('PK\x06\x07')]
  need(end >= 0, 'This is neither a pack (a zip file or a folder) nor a proof.')
  const members = new Map()
  async function readDirectory() {
    const eight = (of, at) => Number(of.getBigUint64(at, true))
    const long = far < 0 ? null : (await part(eight(view, far + 8), 56)).view
    const length = long ? eight(long, 40) : view.getUint32(end + 12, true)
    need(length <= 1 << 26, 'The directory of this zip file is too long.')
    const directory = await part(long ? eight(long, 48) : view.getUint32(end + 16, true), length)
    const u2 = (at) => directory.view.getUint16(at, true)
    for (let at = 0; at < length; ) {
      const [method, names, extras, more] = [10, 28, 30, 32].map((offset) => u2(at + offset))
      const sizes = [24, 20, 42].map((offset) => directory.view.getUint32(at + offset, true))
      const name = new TextDecoder().decode(directory.bytes.subarray(at + 46, at + 46 + names))
      for (let x = at + 46 + names, to = x + extras, y = x + 4; x < to; x += 4 + u2(x + 2), y = x + 4) {
        for (let i = 0; i < 3 && u2(x) === 1; i++) {
          if (sizes[i] === 0xffffffff) [sizes[i], y] = [eight(directory.view, y), y + 8]
        }
      }
      const [plain, packed, offset] = sizes
      const safe = !/^\/|\\|\0|(^|\/)\.\.?(\/|$)/.test(name) && !members.has(name) && (method === 0 || method === 8)
      need(safe && plain <= packed * 200 + (1 << 20), `The member ${JSON.stringify(name)} is not safe to unpack.`)
      if (!name.endsWith('/')) members.set(name, { method, packed, offset })
      at += 46 + names + extras + more
    }
  }
  // A zip file that names a manifest is a pack: what is broken in it does not hold, instead of being left unjudged.
  const why = text.includes('manifest.json') ? 'wrong' : 'malformed'
  await readDirectory().catch((error) => need(false, problemOf(error).what, why))
  async function* stored({ packed, offset }) {
    const head = (await part(offset, 30)).view
    const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true)
    for (let at = 0; at < packed; at += 1 << 18) yield (await part(start + at, Math.min(packed - at, 1 << 18))).bytes
  }
  const open = (name) => {
    const member = members.get(name)
    return member.method === 8 ? inflate(stored(member)) : stored(member)
  }
  return { names: [...members.keys()], open }
}
