import { readFile } from 'node:fs/promises'
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker'

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

/** The one connection that client and worker share, without which there is no eager start. */
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
  return NativeConnection.connect(options)
}
