import { once } from 'node:events'
import { connect, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ConfigError } from '../config/config-error.ts'
import { loadConfigFile } from '../config/file.ts'
import { type Examination, fine, given, wrong } from './types.ts'

const REACH_TIME_LIMIT_MS = 5_000

/** Whether somebody listens where events are to go; no event is sent. Of an address only the host is told: a path may be a secret. */
export const webhookExaminations: readonly Examination[] = [
  {
    name: 'webhooks',
    required: false,
    run: async (examined) => {
      const file = given(examined, 'PALIMPSEST_CONFIG')
      const urls = file === null ? [] : urlsOf(file, examined.env)
      if (urls.length === 0) return null
      const asked = await Promise.allSettled(urls.map(reach))
      const away = urls.filter((_, index) => asked[index]?.status === 'rejected').map(({ host }) => host)
      if (away.length === 0) return fine(`${urls.map(({ host }) => host).join(', ')}: somebody listens`)
      const fix = 'Start the receiver, or correct its url under webhooks; requests are served meanwhile.'
      return wrong(`${away.join(', ')}: cannot be reached`, fix)
    },
  },
]

/** Empty where the file is not valid, which the check of the configuration tells. */
function urlsOf(file: string, env: Readonly<Record<string, string | undefined>>): URL[] {
  try {
    return (loadConfigFile(file, env).webhooks ?? []).map(({ url }) => new URL(url))
  } catch (error) {
    if (error instanceof ConfigError) return []
    throw error
  }
}

/** Connects, over TLS with a certificate that holds where the address says so. */
async function reach({ hostname, port, protocol }: URL): Promise<void> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const isTls = protocol === 'https:'
  const to = { host, port: Number(port || (isTls ? 443 : 80)) }
  const socket = isTls ? connectTls({ ...to, ...(isIP(host) === 0 && { servername: host }) }) : connect(to)
  try {
    const signal = AbortSignal.timeout(REACH_TIME_LIMIT_MS)
    await once(socket, isTls ? 'secureConnect' : 'connect', { signal })
  } finally {
    socket.destroy()
  }
}
