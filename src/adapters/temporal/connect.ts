import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker'
import { PalimpsestError } from '../../errors.ts'

export interface TemporalSettings {
  address: string
  apiKey?: string | undefined
  /** Paths of PEM files. */
  tls?: {
    ca?: string | undefined
    cert?: string | undefined
    key?: string | undefined
    serverName?: string | undefined
  }
}

/** Milliseconds that a server may take to answer the first call. */
const CONNECT_WITHIN_MS = 20_000

/**
 * The one connection that client and worker share, without which there is no eager start.
 * @throws PalimpsestError `temporal_unavailable`
 */
export async function connectTemporal(settings: TemporalSettings): Promise<NativeConnection> {
  const options: NativeConnectionOptions = { address: settings.address }
  if (settings.apiKey) options.apiKey = settings.apiKey
  if (settings.tls) {
    const { ca, cert, key, serverName } = settings.tls
    options.tls = {
      ...(serverName && { serverNameOverride: serverName }),
      ...(ca && { serverRootCACertificate: await readFile(ca) }),
      ...(cert && key && { clientCertPair: { crt: await readFile(cert), key: await readFile(key) } }),
    }
  } else if (settings.apiKey) {
    options.tls = true
  }
  const late = new AbortController()
  try {
    return await Promise.race([
      NativeConnection.connect(options),
      sleep(CONNECT_WITHIN_MS, null, { signal: late.signal }).then(() =>
        Promise.reject(new Error('no answer in time')),
      ),
    ])
  } catch (cause) {
    throw temporalUnavailable(cause)
  } finally {
    late.abort()
  }
}

/** A server that cannot be reached, or that refuses the login or the namespace, refuses the start. */
export function temporalUnavailable(cause: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'temporal_unavailable',
    status: 503,
    message:
      'Temporal cannot be reached: start it, or correct TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and its TLS files or API key.',
    cause,
  })
}
