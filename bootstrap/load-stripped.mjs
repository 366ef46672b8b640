// Preloaded by --import: this thread, and those that it starts, load the TypeScript whose types strip-types.mjs took out
// from where it put it, and all else as ever.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { strippedFile } from './strip-types.mjs'

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
    try {
      const source = readFileSync(strippedFile(readFileSync(fileURLToPath(url))), 'utf8')
      return { format: 'module', source, shortCircuit: true }
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
      return nextLoad(url, context)
    }
  },
})
