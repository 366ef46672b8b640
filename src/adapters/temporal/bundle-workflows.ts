import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleWorkflowCode } from '@temporalio/worker'

// A script of its own: `node bundle-workflows.ts <workflows folder> <file to write> [interceptors …]`. The file appears whole or not at all.
const [folder = '', file = '', ...workflowInterceptorModules] = process.argv.slice(2)
const silent = () => undefined
const { code } = await bundleWorkflowCode({
  workflowsPath: join(folder, 'index.ts'),
  workflowInterceptorModules,
  logger: { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent },
})
const temporary = `${file}.${process.pid}`
await writeFile(temporary, code)
await rename(temporary, file)
