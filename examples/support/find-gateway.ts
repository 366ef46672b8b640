import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface GatewayAccess {
  /** Without a slash at the end. */
  url: string
  /** A key of the role `app`. */
  appKey: string
  /** A key of the role `privacy`; null: nobody here may read what was sent. */
  officerKey: string | null
  /** `host:port` of Temporal. */
  temporalAddress: string
}

/**
 * The gateway named by PALIMPSEST_URL, PALIMPSEST_API_KEY and, if there is one, PALIMPSEST_OFFICER_KEY and TEMPORAL_ADDRESS; without
 * them the one that `npm start` runs, by the file that it keeps for this. @throws where neither is there.
 */
export function findGateway(env: Readonly<Record<string, string | undefined>>): GatewayAccess {
  const { PALIMPSEST_URL: url, PALIMPSEST_API_KEY: appKey, PALIMPSEST_OFFICER_KEY: officerKey } = env
  const { TEMPORAL_ADDRESS: address } = env
  if (url && appKey) {
    const temporalAddress = address ?? '127.0.0.1:7233'
    return { url: url.replace(/\/+$/, ''), appKey, officerKey: officerKey ?? null, temporalAddress }
  }
  const file = join(env.PALIMPSEST_HOME ?? '.palimpsest', 'run.json')
  let run: { apiUrl: string; temporalAddress: string; keys: { app: string; privacy: string } }
  try {
    run = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new Error(
      `There is no gateway: run npm start, or set PALIMPSEST_URL and PALIMPSEST_API_KEY. (${file} was looked for.)`,
    )
  }
  const { apiUrl, temporalAddress, keys } = run
  return { url: apiUrl, appKey: keys.app, officerKey: keys.privacy, temporalAddress: address ?? temporalAddress }
}

/** The first model that is no simulation, or else the simulated one that repeats what it is told. */
export async function chooseModel({ url, appKey }: GatewayAccess, wanted: string | undefined): Promise<string> {
  if (wanted) return wanted
  const answer = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${appKey}` } })
  if (!answer.ok) throw new Error(`The gateway answers ${answer.status} to GET /v1/models: check the key.`)
  const { data } = (await answer.json()) as { data: { id: string; owned_by: string }[] }
  const real = data.find(({ id, owned_by }) => owned_by !== 'simulator' && !id.includes('*'))
  return real?.id ?? 'simulated/echo'
}
