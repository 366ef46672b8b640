// A gateway's stand-in for the tests that kill it: brings up one embedded server on the home given, says so in one
// line of JSON, and stays until it is killed.

import { homeLayout, lockHome, prepareHome } from '../../../src/config/home.ts'
import { startPostgres } from '../../../src/embedded/postgres/start.ts'
import { startTemporal } from '../../../src/embedded/temporal/start.ts'

const [part, root] = process.argv.slice(2)
const home = homeLayout({ PALIMPSEST_HOME: root }, process.cwd())
prepareHome(home)
lockHome(home)
const log = () => undefined
const server =
  part === 'postgres'
    ? await startPostgres({ home, log })
    : await startTemporal({ home, namespace: 'default', searchAttributes: {}, log })
process.stdout.write(`${JSON.stringify({ pid: server.pid })}\n`)
setInterval(() => undefined, 60_000)
