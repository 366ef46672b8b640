import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isInstalled } from '../../bootstrap/install.mjs'
import { type Home, readRunFile } from '../config/home.ts'
import { locatePostgres, postgresPackageName } from '../embedded/postgres/binaries.ts'
import { isFree } from '../embedded/process/ports.ts'
import { run } from '../embedded/process/run.ts'
import { compareVersions, findPresentTemporal } from '../embedded/temporal/binary.ts'
import { findPip } from '../embedded/temporal/sources.ts'
import { type Examination, fine, given, wrong } from './types.ts'

const OLDEST_NODE = '22.18.0'
const NEEDED_BYTES = 1024 ** 3

/** What the machine itself must have. */
export const machineExaminations: readonly Examination[] = [
  {
    name: 'node',
    required: true,
    run: async () =>
      compareVersions(process.versions.node, OLDEST_NODE) >= 0
        ? fine(`${process.version} at ${process.execPath}`)
        : wrong(`${process.version} cannot run TypeScript`, 'Start by npm start, which brings Node 24, or install it.'),
  },
  {
    name: 'packages',
    required: true,
    run: async ({ projectRoot }) =>
      isInstalled(projectRoot)
        ? fine('node_modules is as package-lock.json says')
        : wrong('node_modules is not as package-lock.json says', `Run npm ci in ${projectRoot}.`),
  },
  {
    name: 'postgres programs',
    required: true,
    run: async (examined) => {
      if (given(examined, 'DATABASE_URL') !== null) return null
      const { directory, version } = locatePostgres()
      return existsSync(`${directory}/native/bin/postgres`)
        ? fine(`PostgreSQL ${version.split('-')[0]} from npm`)
        : wrong(`${postgresPackageName()} holds no server`, 'Run npm ci again, or set DATABASE_URL.')
    },
  },
  {
    name: 'temporal program',
    required: true,
    run: async (examined) => {
      if (given(examined, 'TEMPORAL_ADDRESS') !== null) return null
      const found = await findPresentTemporal({ env: examined.env, log: () => undefined })
      if (found !== null) return fine(`${found.version} at ${found.path}`)
      return wrong(
        'neither on the PATH nor in the cache',
        'npm start fetches it, by pip or Go; or install the temporal CLI, or set TEMPORAL_ADDRESS.',
      )
    },
  },
  {
    name: 'pip',
    required: false,
    run: async () => {
      const pip = await findPip()
      if (pip !== null) return fine([pip.command, ...pip.args].join(' '))
      return wrong('Python 3 with pip was not found', 'It is one way to fetch Temporal: install python3 and pip.')
    },
  },
  {
    name: 'go',
    required: false,
    run: async () => {
      const go = await run('go', ['version'], { timeoutMs: 10_000 })
      if (go.code === 0) return fine(go.stdout.trim())
      return wrong('Go was not found', 'It is the last way to fetch Temporal: needed only without pip.')
    },
  },
  { name: 'home', required: true, run: async ({ home }) => examineHome(home) },
  {
    name: 'port',
    required: true,
    run: async (examined) => {
      const port = Number(given(examined, 'PORT') ?? 8080)
      if (!Number.isInteger(port) || port < 0 || port > 65_535) return wrong('PORT is no port', 'Set it to 0–65535.')
      if (port === 0) return fine('any free one')
      if (await isFree(port)) return fine(`${port} is free`)
      const running = readRunFile(examined.home)
      if (running !== null && new URL(running.apiUrl).port === String(port)) {
        return fine(`${port} is served by Palimpsest itself, process ${running.pid}`)
      }
      return wrong(`${port} is taken`, 'Set PORT to another one; 0 picks a free one.')
    },
  },
]

async function examineHome(home: Home) {
  let existing = home.root
  while (!existsSync(existing)) existing = dirname(existing)
  try {
    if (!statSync(existing).isDirectory()) throw new Error('not a folder')
    accessSync(existing, constants.W_OK | constants.X_OK)
  } catch {
    return wrong(`${home.root} cannot be written by this user`, 'Set PALIMPSEST_HOME to a folder of your own.')
  }
  const disk = statfsSync(existing)
  const freeBytes = disk.bavail * disk.bsize
  const free = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`
  if (freeBytes < NEEDED_BYTES) return wrong(`${home.root}: only ${free}`, 'Free some space: 1 GiB at least.')
  return fine(`${home.root}, ${free}`)
}
