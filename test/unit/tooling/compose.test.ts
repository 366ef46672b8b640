import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { LEAN_ENV, LEAN_FLAGS, leanStart, STRIPPED_FLAG, V8_FLAGS } from '../../../bootstrap/lean.mjs'
import { environmentVariables, readEnvironment } from '../../../src/config/env.ts'
import { loadConfigFile } from '../../../src/config/file.ts'
import { productionRefusals } from '../../../src/config/production.ts'

interface Service {
  image: string
  build?: string
  environment?: Record<string, string>
  ports?: string[]
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: unknown
  networks: string[]
}

const root = resolve(import.meta.dirname, '../../..')
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
const compose: { services: Record<string, Service>; volumes: object; networks: object } = parse(text)
const services = Object.entries(compose.services)
const gateway = compose.services.gateway?.environment ?? {}
const variable = /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g

/** A value as compose fills it in: what is demanded is set, what is optional is not. */
function filled(value: string): string {
  return value.replace(variable, (_, name: string, kind: string, fallback: string | undefined) => {
    return kind === '-' ? (fallback ?? '') : `${name.toLowerCase().replaceAll('_', '-')}-0123456789`
  })
}

/** The gateway's environment as compose gives it. */
const environment = Object.fromEntries(Object.entries(gateway).map(([name, value]) => [name, filled(value)]))

describe('docker-compose.yml', () => {
  it("gives the gateway only variables of the configuration's schema, and those its configuration file names", () => {
    const config = readFileSync(join(root, 'examples/config/palimpsest.yaml'), 'utf8')
    const named = [...config.matchAll(/\$\{([A-Z_]+)\}/g)].map((match) => match[1]).filter((name) => name !== 'NAME')
    const known = new Set([...environmentVariables.map((entry) => entry.name), ...named])
    expect(Object.keys(gateway).filter((name) => !known.has(name))).toEqual([])
    expect(named.filter((name) => name === undefined || !(name in gateway))).toEqual([])
  })

  it('gives it values that the schema takes, and every part that the embedded stack would bring is replaced', () => {
    const read = readEnvironment(environment)
    expect(read.production).toBe(true)
    const parts = [
      read.databaseUrl,
      read.databaseAdminUrl,
      read.keystoreDatabaseUrl,
      read.keystoreAdminUrl,
      read.temporal.address,
    ]
    expect(
      [...parts, read.redisUrl, read.s3, read.presidioUrl, read.providers.ollama].filter((part) => part === null),
    ).toEqual([])
  })

  it('would pass a production start, and only because every clear-text part is accepted by name', () => {
    const config = loadConfigFile(join(root, 'examples/config/palimpsest.yaml'), environment)
    expect(productionRefusals(readEnvironment(environment), config)).toEqual([])
    const strict = readEnvironment({ ...environment, PALIMPSEST_ACCEPT: '' })
    // No word stands there for a part that it does not have, such as a KMS or an identity provider.
    const accepted = (environment.PALIMPSEST_ACCEPT ?? '').split(',')
    expect(
      productionRefusals(strict, config)
        .map((refusal) => refusal.code)
        .sort(),
    ).toEqual(accepted.sort())
  })

  it.each(services)('%s is pinned to a version', (_name, service) => {
    expect(service.image).toMatch(/^[a-z0-9./-]+:[A-Za-z.-]*\d+[-.]\d+/)
    expect(service.image).not.toContain('latest')
  })

  it.each(services)('%s waits only for services that have a health check or end by themselves', (_name, service) => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      const other = compose.services[name]
      expect(other).toBeDefined()
      if (condition === 'service_healthy') expect(other?.healthcheck).toBeDefined()
    }
  })

  it.each(services)('%s is reachable from this machine only, if at all', (_name, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/)
    expect(service.networks.every((network) => network in compose.networks)).toBe(true)
  })

  it.each(services)('%s mounts volumes that are declared and files that exist', (_name, service) => {
    for (const volume of service.volumes ?? []) {
      const from = volume.split(':')[0] ?? ''
      expect(from.startsWith('./') ? existsSync(join(root, from)) : from in compose.volumes).toBe(true)
    }
  })

  it('holds no password of its own: each one is demanded', () => {
    for (const [, service] of services) {
      for (const [name, value] of Object.entries(service.environment ?? {})) {
        if (/PASSWORD|_PWD|SECRET|_KEY$/.test(name)) expect(value).toMatch(/^\$\{[A-Z_]+:[?-]\}$/)
      }
    }
  })

  it('is completely covered by deploy/example.env', () => {
    const example = readFileSync(join(root, 'deploy/example.env'), 'utf8')
    const demanded = [...text.matchAll(/\$\{([A-Z_]+):\?\}/g)].map((match) => match[1])
    expect(demanded.filter((name) => !new RegExp(`^${name}=$`, 'm').test(example))).toEqual([])
  })
})

describe('Dockerfile', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')

  it('is pinned, runs as an ordinary user and checks its health', () => {
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/^node:24\.\d+\.\d+-\w+-slim$/)
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile).toMatch(/^HEALTHCHECK /m)
  })

  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => (match[1] ?? '').split(' '))

  it('has every file and folder that the code in it refers to', () => {
    const files = ['src', 'activities', 'workflows'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
    )
    const referred = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/^(?!import type).*(?:from |import\(|URL\()'(\.\.\/[^']+)'/gm)].map(
          (match) => relative(root, resolve(dirname(file), match[1] ?? '')).split('/')[0],
        ),
      )
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
    const present = copied.filter((name) => ignored.includes(`\n!${name}\n`))
    expect(new Set(referred).size).toBeGreaterThan(4)
    // The root itself is what the doctor of a development machine looks through.
    expect([...new Set(referred)].filter((name) => name !== '' && !present.includes(name ?? ''))).toEqual([])
  })

  it('copies and starts what there is', () => {
    const started = /^CMD \["node", (?:"--[^"]+", )*"([^"]+)"\]$/m.exec(dockerfile)?.[1] ?? 'no CMD'
    expect([...copied, started].filter((name) => !existsSync(join(root, name)))).toEqual([])
  })

  it("sets only variables of the schema, and those of Node's and the C library's memory", () => {
    const names = [...dockerfile.matchAll(/^(?:ENV)?\s+([A-Z_]+)=/gm)].map((match) => match[1] ?? '')
    const known = [...environmentVariables.map((entry) => entry.name), 'NODE_OPTIONS', 'MALLOC_ARENA_MAX']
    expect(names.length).toBeGreaterThan(2)
    expect(names.filter((name) => !known.includes(name))).toEqual([])
  })
})

describe('LICENSE', () => {
  it('is the Apache License, Version 2.0, as package.json says', () => {
    const licence = readFileSync(join(root, 'LICENSE'), 'utf8')
    expect(licence).toContain('Apache License\n                           Version 2.0, January 2004')
    expect(licence).toContain('END OF TERMS AND CONDITIONS')
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).license).toBe('Apache-2.0')
  })
})

describe('the memory of the gateway', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')

  it('is bounded the same way in the image as by npm start', () => {
    expect(dockerfile).toContain(`NODE_OPTIONS="${LEAN_FLAGS.join(' ')}"`)
    const flag = relative(root, fileURLToPath(STRIPPED_FLAG.replace('--import=', '')))
    expect(dockerfile).toContain('RUN node bootstrap/strip-types.mjs')
    const words = ['node', ...V8_FLAGS, `--import=./${flag}`, 'src/main.ts']
    expect(dockerfile).toContain(`CMD [${words.map((word) => JSON.stringify(word)).join(', ')}]`)
    expect(dockerfile).toContain(`MALLOC_ARENA_MAX=${LEAN_ENV.MALLOC_ARENA_MAX}\n`)
  })

  it('is what the person who starts it says, where they say something', () => {
    const said = leanStart({ NODE_OPTIONS: '--max-old-space-size=4096', MALLOC_ARENA_MAX: '8' })
    expect(said.flags).toEqual(['--max-semi-space-size=4', '--v8-pool-size=1', ...V8_FLAGS, STRIPPED_FLAG])
    expect(said.env.MALLOC_ARENA_MAX).toBe('8')
  })
})
