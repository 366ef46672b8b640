// TypeScript without its types, kept in a folder. Node takes types out by a WebAssembly compiler that stays in the memory
// of every thread that loads a .ts file, 10 to 15 MB each; what comes from the folder (load-stripped.mjs) needs none.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'node_modules', '.cache', 'palimpsest', `stripped-${process.version}`)
/** Folders whose code a gateway runs. */
const SOURCES = ['src', 'activities', 'workflows']

/** The file of a source's code: under the hash of the source, so that a changed one is never taken for another. */
export function strippedFile(source) {
  return join(FOLDER, `${createHash('sha256').update(source).digest('hex')}.js`)
}

/** Takes the types out of all sources that are not in the folder yet. Lines and columns stay where they are. */
export function stripSources(root = ROOT) {
  mkdirSync(FOLDER, { recursive: true })
  const known = new Set(readdirSync(FOLDER))
  for (const name of SOURCES.flatMap((folder) => listFiles(root, folder))) {
    const source = readFileSync(join(root, name), 'utf8')
    const place = strippedFile(source)
    if (known.has(basename(place))) continue
    // Renamed at the end: nobody reads half a file.
    writeFileSync(`${place}.${process.pid}`, stripTypeScriptTypes(source))
    renameSync(`${place}.${process.pid}`, place)
  }
}

function listFiles(root, folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name))
}

if (import.meta.main) stripSources()
