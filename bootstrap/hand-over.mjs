import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { leanStart, PATTERNS_FLAG } from './lean.mjs'
import { chooseNode } from './node.mjs'

/** What a person or a supervisor sends to stop or to ask something of a server. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']

/**
 * Installs what is missing, then runs `target` (relative to `root`) with the pinned Node in the caller's working
 * directory. Signals go through, and this process ends as that one does: with its exit code or by its signal.
 *
 * In a terminal Ctrl-C reaches both processes, and npm sends it once more: the target takes signals that come within
 * a second for one.
 */
export async function handOver(root, target, args) {
  let node
  try {
    await ensureInstalled(root, say)
    node = chooseNode(root, say)
  } catch (error) {
    say(error.message)
    process.exitCode = 1
    return
  }
  if (target === 'src/main.ts') stripTypes(root, node)
  // A test run or a measurement starts gateways of its own, and needs its memory itself.
  const lean = target === 'src/main.ts' ? leanStart(process.env) : { flags: [PATTERNS_FLAG], env: process.env }
  const flags = ['--disable-warning=ExperimentalWarning', ...lean.flags]
  const child = spawn(node, [...flags, join(root, target), ...args], { stdio: 'inherit', env: lean.env })
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal))
  const watch = stopWhenOrphaned(child)
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (exitCode, exitSignal) => resolve([exitCode, exitSignal]))
  })
  clearInterval(watch)
  if (signal === null) {
    process.exitCode = code ?? 1
    return
  }
  for (const name of FORWARDED) process.removeAllListeners(name)
  process.kill(process.pid, signal)
  // A signal that does not end this process: the shell's way to say it.
  setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 1000)
}

/**
 * npm never ends before what it runs, unless it is killed. Then nobody is left to stop this, so it stops by itself.
 * Started in any other way, it may well outlive its parent.
 */
function stopWhenOrphaned(child) {
  const parent = process.ppid
  const byNpm = process.env.npm_lifecycle_event !== undefined
  const timer = setInterval(() => {
    if (!byNpm || process.ppid === parent) return
    clearInterval(timer)
    child.kill('SIGTERM')
  }, 1000)
  timer.unref()
  return timer
}

/** Takes the types out of new and changed sources. Without it the gateway runs too, and takes more memory. */
function stripTypes(root, node) {
  const script = join(root, 'bootstrap/strip-types.mjs')
  const { status } = spawnSync(node, ['--disable-warning=ExperimentalWarning', script], {
    stdio: 'ignore',
    timeout: 60_000,
  })
  if (status !== 0) say('the sources could not be prepared: the gateway takes some 20 MB more')
}

/** Progress goes to stderr: stdout belongs to the target. */
function say(line) {
  process.stderr.write(`palimpsest: ${line}\n`)
}
