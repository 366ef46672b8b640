// A process of its own: `node download-by-sdk.ts <folder> <target>`. Lets the SDK download its server into the folder
// (it starts a throw-away server on the way, in memory), stops that and renames the program to the target.

import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { TestWorkflowEnvironment } from '@temporalio/testing'

const [folder, target] = process.argv.slice(2)
if (folder === undefined || target === undefined) throw new Error('usage: download-by-sdk.ts <folder> <target>')
try {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: folder } },
  })
  await environment.teardown()
  const program = readdirSync(folder).find((name) => name.startsWith('temporal-') && !name.endsWith('.downloading'))
  if (program === undefined) throw new Error('the SDK left no program')
  renameSync(join(folder, program), target)
} catch (error) {
  // One line, without what the SDK asks for in the address: neither is of use to the reader.
  const message = error instanceof Error ? error.message : String(error)
  const line = (message.split('\n')[0] ?? '').replace(/\?[^\s)]*/g, '')
  process.stderr.write(`${line.length > 200 ? `… ${line.slice(-200)}` : line}\n`)
  process.exitCode = 1
}
