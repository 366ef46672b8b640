import { randomInt } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { type Home, writePrivateFile } from '../../config/home.ts'

const HOST = '127.0.0.1'

/**
 * A port for one of the embedded servers: the one it had last time when that is free again, otherwise any free one,
 * which is then kept. `avoid` holds ports that were tried and turned out to be taken.
 */
export async function choosePort(home: Home, name: string, avoid: ReadonlySet<number> = new Set()): Promise<number> {
  const last = readPorts(home)[name]
  if (last !== undefined && !avoid.has(last) && (await isFree(last))) return last
  for (;;) {
    const port = await anyFreePort()
    const known = readPorts(home)
    if (avoid.has(port) || Object.values(known).includes(port)) continue
    writePrivateFile(home.portsFile, `${JSON.stringify({ ...known, [name]: port }, null, 2)}\n`)
    return port
  }
}

/** True when nothing listens on that port of the loopback address. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== null
}

/** Below every system's range for outgoing connections, so that a server that is down does not lose its port to one. */
const STEADY = { first: 20_000, count: 10_000 }
const TRIES = 100

/** A free port that stays so as far as anyone can tell; where there is none, one that the system gives out. */
export async function anyFreePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = STEADY.first + randomInt(STEADY.count)
    if (await isFree(port)) return port
  }
  const port = await listenOnce(0)
  if (port === null) throw new Error('The system has no free TCP port on 127.0.0.1.')
  return port
}

function listenOnce(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null)
      else reject(error)
    })
    server.listen({ port, host: HOST, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null))
    })
  })
}

function readPorts(home: Home): Record<string, number> {
  if (!existsSync(home.portsFile)) return {}
  try {
    const value: unknown = JSON.parse(readFileSync(home.portsFile, 'utf8'))
    return Object.fromEntries(
      Object.entries(value ?? {}).filter(([, port]) => Number.isInteger(port) && port > 0 && port < 65536),
    )
  } catch (error) {
    // Only a convenience is lost: the ports are chosen anew.
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
