import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  /** A connection string's twin that goes through the proxy. */
  through(url: string): string
  /** From now on nothing passes, on connections that stand and on new ones; nobody is told. */
  mute(): void
  /** Connections that stand are cut; new ones pass. */
  heal(): void
  close(): Promise<void>
}

/** A proxy before a server on this machine, whose silence is that of a network that drops everything. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let muted = false
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => {
        if (!muted) to.write(chunk)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        if (!muted) to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    through(url) {
      const twin = new URL(url)
      twin.hostname = '127.0.0.1'
      twin.port = String((server.address() as AddressInfo).port)
      return twin.toString()
    },
    mute() {
      muted = true
    },
    heal() {
      cut()
      muted = false
    },
    async close() {
      muted = false
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
