import { findProcesses } from '../../src/embedded/process/find.ts'
import { killNow, treeOf } from './processes.ts'

/**
 * Outlives whoever started a stack by a moment: when its input ends, for whatever reason, it kills what still runs on the
 * stack's folder. `node reaper.ts FOLDER`
 */
const folder = process.argv[2]
if (folder === undefined || folder.length < 8) throw new Error('a reaper needs the folder of its stack')
process.stdin.resume()
process.stdin.once('end', () => {
  const left = findProcesses((command) => command.some((word) => word.includes(folder)))
  killNow(
    left
      .map(({ pid }) => pid)
      .filter((pid) => pid !== process.ppid)
      .flatMap(treeOf),
  )
  process.exit(0)
})
