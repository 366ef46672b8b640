import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleWorkflowCode } from '@temporalio/worker'

// A script of its own: `node bundle-workflows.ts <workflows folder> <file to write> [interceptors …]`. The file appears whole or not at all.
const [folder = '', file = '', ...workflowInterceptorModules] = process.argv.slice(2)
const silent = () => undefined
const workflowsPath = join(folder, 'index.ts')
const { code } = await bundleWorkflowCode({
  workflowsPath,
  workflowInterceptorModules,
  // Evaluated once, frozen and shared: they hold constants and functions only. Else each workflow evaluates them all anew.
  preloadModules: [workflowsPath, ...workflowInterceptorModules],
  logger: { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent },
})
const temporary = `${file}.${process.pid}`
await writeFile(temporary, inOneByte(withoutSourceMap(code)))
await rename(temporary, file)

/**
 * The SDK wants a source map and keeps it as long as the code, of which it is two thirds. Nobody here reads a stack of a
 * workflow, so it gets an empty one.
 */
function withoutSourceMap(bundle: string): string {
  const url = '//# sourceMappingURL=data:application/json;base64,'
  const map = JSON.stringify({ version: 3, file: 'workflows.js', sources: [], names: [], mappings: '' })
  return `${bundle.slice(0, bundle.lastIndexOf(url))}${url}${Buffer.from(map).toString('base64')}`
}

/** One letter beyond Latin-1, be it in a comment, and V8 keeps the whole of a script in two bytes a unit. */
function inOneByte(script: string): string {
  return script.replaceAll(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
