// ---- Node ----
/** Opens what stands at a path: a folder, a zip file or a proof. */
export let openPath
/** Verifies it. */
export let verifyPath
if (globalThis.process?.getBuiltinModule) await onNode(process.getBuiltinModule)
async function onNode(get) {
  const names = ['crypto', 'fs', 'path', 'stream', 'url', 'util', 'zlib']
  const [{ createHash, hash }, fs, path, stream, url, util, zlib] = names.map(get)
  let [room, views] = [Buffer.alloc(1 << 16), []]
  P = {
    sha256: (...parts) => {
      let at = 0
      for (const part of parts) {
        if (at + part.length > room.length) room = Buffer.concat([room, Buffer.alloc(at + part.length)])
        if (typeof part === 'string') room.latin1Write(part, at, part.length)
        else room.set(part, at)
        at += part.length
      }
      // Views of the lengths that come often are kept.
      if (views[at]?.buffer !== room.buffer) views[at] = room.subarray(0, at)
      return hash('sha256', views[at], 'latin1')
    },
    hasher: () => createHash('sha256'),
    latin1: (bytes, from = 0, end = bytes.length) => Buffer.prototype.latin1Slice.call(bytes, from, end),
  }
  function openFolder(folder) {
    const items = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((item) => item.isFile())
    const nameOf = (item) => path.relative(folder, path.join(item.parentPath, item.name)).split(path.sep).join('/')
    const open = (name) => fs.createReadStream(path.join(folder, name), { highWaterMark: 1 << 18 })
    return { names: items.map(nameOf), open }
  }
  const options = { chunkSize: 1 << 18, highWaterMark: 1 << 21 }
  const inflate = (packed) => stream.pipeline(packed, zlib.createInflateRaw(options), () => undefined)
  openPath = async (target) =>
    fs.statSync(target).isDirectory() ? openFolder(target) : openFile(await fs.openAsBlob(target), inflate)
  verifyPath = async (target, { trust = [], anchors = null, show } = {}) => {
    const found = anchors === null ? [] : fs.readdirSync(anchors).filter((name) => name.endsWith('.json'))
    const brought = found.map((name) => fs.readFileSync(path.join(anchors, name), 'utf8'))
    return verifyEvidence(() => openPath(target), { trust, anchors: brought, show })
  }
  if (process.argv[1] && import.meta.url === url.pathToFileURL(fs.realpathSync(process.argv[1])).href) {
    const [one, flag] = [{ type: 'string' }, { type: 'boolean' }]
    const options = { trust: { ...one, multiple: true }, anchors: one, json: flag, entries: flag }
    const { values, positionals } = util.parseArgs({ options, allowPositionals: true })
    const say = (line) => process.stdout.write(`${line}\n`)
    const show = values.entries && ((leaf, entry) => say(JSON.stringify({ leaf, ...readable(entry) })))
    const result = await verifyPath(positionals[0] ?? '', { ...values, show })
    say(values.json ? JSON.stringify(result, null, 2) : words(result))
    process.exitCode = result.exit
  }
}
