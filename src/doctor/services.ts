import { S3ArchiveStore } from '../adapters/archive/s3/s3-archive-store.ts'
import { connectPostgres } from '../adapters/postgres/connect.ts'
import { RedisConnection } from '../adapters/redis/connection.ts'
import { connectTemporal } from '../adapters/temporal/connect.ts'
import { keptForMs } from '../adapters/temporal/export-history.ts'
import { ConfigError } from '../config/config-error.ts'
import { type Environment, readEnvironment } from '../config/env.ts'
import { loadConfigFile } from '../config/file.ts'
import { HISTORIES_NEED_MS } from '../domain/retention/history-policy.ts'
import { type Examination, type Examined, fine, given, wrong } from './types.ts'

const REACH_TIME_LIMIT_MS = 5_000
const OLDEST_POSTGRES = 160_000

/** The configuration, and each service that the environment names: is it there? */
export const serviceExaminations: readonly Examination[] = [
  {
    name: 'environment',
    required: true,
    run: async ({ env }) => {
      try {
        const { notes } = readEnvironment(env)
        return fine(notes.length === 0 ? 'every variable is known and valid' : notes.join(' '))
      } catch (error) {
        if (error instanceof ConfigError) return wrong(error.message, 'Set or unset the variables it names.')
        throw error
      }
    },
  },
  {
    name: 'configuration',
    required: true,
    run: async (examined) => {
      const file = given(examined, 'PALIMPSEST_CONFIG')
      if (file === null) return null
      try {
        const config = loadConfigFile(file, examined.env)
        return fine(`${file}: ${config.tenants.size} tenants`)
      } catch (error) {
        if (error instanceof ConfigError) return wrong(error.message, 'Correct the lines it names.')
        throw error
      }
    },
  },
  database('DATABASE_URL'),
  database('KEYSTORE_DATABASE_URL'),
  {
    name: 'TEMPORAL_ADDRESS',
    required: true,
    run: async (examined) => {
      if (given(examined, 'TEMPORAL_ADDRESS') === null) return null
      return withTemporal(
        readEnvironment(examined.env).temporal,
        async ({ workflowService }, { address, namespace }) => {
          const info = await workflowService.getSystemInfo({})
          await workflowService.describeNamespace({ namespace })
          return fine(`Temporal ${info.serverVersion} answers at ${address} for namespace ${namespace}`)
        },
      )
    },
  },
  {
    name: 'Temporal retention',
    required: false,
    run: async (examined) => {
      if (given(examined, 'TEMPORAL_ADDRESS') === null) return null
      return withTemporal(readEnvironment(examined.env).temporal, async (connection, { namespace }) => {
        const kept = await keptForMs(connection, namespace)
        const hours = Math.round(kept / 3_600_000)
        const words = `namespace ${namespace} keeps ended workflows for ${hours} hours`
        const fix =
          'Raise its retention to 72 hours or more, so that histories are exported before Temporal forgets them.'
        return kept >= HISTORIES_NEED_MS ? fine(words) : wrong(words, fix)
      })
    },
  },
  {
    name: 'REDIS_URL',
    required: true,
    run: async (examined) => {
      const url = given(examined, 'REDIS_URL')
      if (url === null) return null
      return examineRedis(url)
    },
  },
  web('S3_ENDPOINT', ''),
  {
    name: 'S3_BUCKET',
    required: true,
    run: async (examined) => {
      if (given(examined, 'S3_BUCKET') === null) return null
      const { s3 } = readEnvironment(examined.env)
      if (s3 === null) return null
      const store = new S3ArchiveStore(s3)
      try {
        await store.examine()
        return fine(`${s3.bucket} has versions and Object Lock, and locks nothing by default`)
      } finally {
        store.close()
      }
    },
  },
  web('PRESIDIO_URL', '/health'),
  web('OLLAMA_BASE_URL', ''),
  web('OPENAI_BASE_URL', ''),
  web('ANTHROPIC_BASE_URL', ''),
  web('AZURE_OPENAI_ENDPOINT', ''),
]

function database(name: string): Examination {
  return {
    name,
    required: true,
    run: async (examined) => {
      const url = given(examined, name)
      if (url === null) return null
      const sql = connectPostgres(url, { max: 1, name: 'palimpsest-doctor', statementTimeoutMs: REACH_TIME_LIMIT_MS })
      try {
        const [row] = await sql<Array<{ version: number }>>`
          SELECT current_setting('server_version_num')::int AS version`
        const version = row?.version ?? 0
        const words = `PostgreSQL ${Math.floor(version / 10_000)} answers at ${placeOf(url)}`
        return version >= OLDEST_POSTGRES ? fine(words) : wrong(words, 'Use PostgreSQL 16 or later.')
      } finally {
        await sql.end({ timeout: 1 })
      }
    },
  }
}

async function withTemporal<T>(
  settings: Environment['temporal'],
  look: (connection: Awaited<ReturnType<typeof connectTemporal>>, settings: Environment['temporal']) => Promise<T>,
): Promise<T> {
  const { address, apiKey, tls } = settings
  const { ca, cert, key, serverName } = tls ?? {}
  const connection = await connectTemporal({
    address: address ?? '',
    apiKey: apiKey ?? undefined,
    ...(tls !== null && {
      tls: { ca: ca ?? undefined, cert: cert ?? undefined, key: key ?? undefined, serverName: serverName ?? undefined },
    }),
  })
  try {
    return await look(connection, settings)
  } finally {
    await connection.close()
  }
}

/** Lets us in, and takes what is written: a replica that may only be read holds no limits. */
async function examineRedis(url: string) {
  const connection = new RedisConnection({ url, timeoutMs: REACH_TIME_LIMIT_MS, onChange: () => undefined })
  try {
    await connection.tried()
    const { hostname, port } = new URL(url)
    const place = `${hostname}:${port === '' ? 6379 : port}`
    if (connection.isUp) return fine(`Redis answers at ${place}`)
    return wrong(`${place} cannot be used (${connection.reason})`, 'Start Redis, or correct or unset REDIS_URL.')
  } finally {
    await connection.close()
  }
}

/** Any answer will do: it is there, and what it says to a stranger does not matter. */
function web(name: string, path: string): Examination {
  return {
    name,
    required: true,
    run: async (examined: Examined) => {
      const base = given(examined, name)
      if (base === null) return null
      const url = new URL(`${base.replace(/\/+$/, '')}${path}`)
      const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(REACH_TIME_LIMIT_MS) })
      await response.body?.cancel()
      return fine(`${url.host} answers (${response.status})`)
    },
  }
}

function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
