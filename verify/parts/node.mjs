// ---- Node ----
import { createHash, hash } from 'node:crypto'
import { createReadStream, openAsBlob, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createInflateRaw } from 'node:zlib'

/** For verify-report.mjs. */
export { detailOf, fromText, hex, hold, isCount, NONE, need, OWN_PROOF, openProof, P, parseJson, problemOf, uuidText }

const NO_REPORT = 'A report is checked with verify-report.mjs, which travels with it: put that beside verify.mjs.'
let [room, views] = [Buffer.alloc(1 << 16), []] // views of the lengths that come often are kept
P = {
  sha256: (bytes) => {
    if (bytes.length > room.length) [room, views] = [Buffer.alloc(2 * bytes.length), []]
    room.latin1Write(bytes)
    views[bytes.length] ??= room.subarray(0, bytes.length)
    return hash('sha256', views[bytes.length], 'latin1')
  },
  hasher: () => createHash('sha256'),
  bytes: (text) => Buffer.from(text, 'latin1'),
  latin1: (bytes, from = 0, end = bytes.length) => Buffer.prototype.latin1Slice.call(bytes, from, end),
  report: () => import('./verify-report.mjs').catch(() => need(false, NO_REPORT, 'unjudged')),
}
function openFolder(folder) {
  const items = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((item) => item.isFile())
  const nameOf = (item) => relative(folder, join(item.parentPath, item.name)).split(sep).join('/')
  const open = (name) => createReadStream(join(folder, name), { highWaterMark: 1 << 18 })
  return { names: items.map(nameOf), open }
}
const inflate = (packed) =>
  pipeline(packed, createInflateRaw({ chunkSize: 1 << 18, highWaterMark: 1 << 20 }), () => undefined)
/** Opens what stands at a path: a folder, a zip file or a proof. */
export const openPath = async (target) =>
  statSync(target).isDirectory() ? openFolder(target) : openFile(await openAsBlob(target), inflate)
/** Verifies it; `anchors` is the path of a folder. */
export async function verifyPath(target, { trust = [], anchors = null, show } = {}) {
  const found = () => (anchors === null ? [] : readdirSync(anchors).filter((name) => name.endsWith('.json')))
  const brought = () => found().map((name) => readFileSync(join(anchors, name), 'utf8'))
  return verifyEvidence(() => openPath(target), { trust, anchors: brought, show })
}
async function main() {
  const [one, flag] = [{ type: 'string' }, { type: 'boolean' }]
  const options = { trust: { ...one, multiple: true }, anchors: one, json: flag, entries: flag }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  need(positionals.length === 1, 'Name one pack (a zip file or a folder) or one proof.')
  const say = (line) => process.stdout.write(`${line}\n`)
  const show = values.entries && ((leaf, entry) => say(JSON.stringify({ leaf, ...readable(entry) })))
  const result = await verifyPath(positionals[0], { ...values, show })
  say(values.json ? JSON.stringify(result, null, 2) : words(result))
  process.exitCode = result.exit
}
/** No evidence makes main throw; an argument does. */
function refuse({ message }) {
  const options = '[--trust <verifier key>]... [--anchors <folder>] [--json] [--entries]'
  process.stderr.write(`${message}\nnode verify.mjs <pack.zip | folder | proof> ${options}\n`)
  process.exitCode = 2
}
// Nothing waits for it here, because verify-report.mjs takes from this file what it needs.
const isProgram = process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href
if (isProgram) void main().catch(refuse)
