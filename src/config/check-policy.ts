/** A tenant's policy that comes by the API, checked as the file is. */
import { createHash } from 'node:crypto'
import { jcs } from '../domain/ledger/json.ts'
import { PalimpsestError } from '../errors.ts'
import { buildTenant } from './build.ts'
import { shapeProblems, written } from './check-shape.ts'
import type { ConfigProblem } from './config-error.ts'
import { mapping } from './raw.ts'
import { type PolicyFile, policySchema, type TenantFile } from './schema.ts'
import { semanticProblems } from './semantics.ts'
import type { Config, TenantConfig } from './types.ts'
import type { Path, YamlSource } from './yaml-source.ts'

/** Problems named in one answer at most. */
const MAX_PROBLEMS = 20

/** A key of the tenant that is not in the file. */
export interface OtherKey {
  app: string
  roles: readonly string[]
}

export interface PolicyChecks {
  hasPresidio: boolean
  /** Keys of the tenant that the file does not have; null: whatever the policy says of apps and officers is believed. */
  otherKeys: readonly OtherKey[] | null
}

/**
 * Builds a tenant from a policy in the place of what the file says of it: checked as a whole, with what the file says of all tenants.
 * @throws PalimpsestError `invalid_policy`, 400, with the path of each problem; no value is named.
 */
export function checkPolicy(
  config: Pick<Config, 'file' | 'routing'>,
  tenantId: string,
  document: unknown,
  checks: PolicyChecks,
): { tenant: TenantConfig; document: PolicyFile } {
  const index = config.file.tenants.findIndex(({ id }) => id === tenantId)
  const tenant = config.file.tenants[index]
  if (tenant === undefined) throw new Error('a policy for a tenant that is not configured')
  const before: Path = ['tenants', index]
  const own = policySchema.safeParse(withoutForeign(document))
  const believed = checks.otherKeys ?? believedKeys(document)
  const keys = [...tenant.keys, ...believed.map((key, place) => keyOf(key, place))]
  const value = {
    ...config.file,
    tenants: config.file.tenants.with(index, { ...mapping(document), id: tenantId, keys } as TenantFile),
  }
  const source = sourceOf(value)
  const issues = own.success ? [] : own.error.issues.map((issue) => ({ ...issue, path: [...before, ...issue.path] }))
  const shape = shapeProblems(source, issues)
  // What has no shape has no meaning either: the two would name one fault twice.
  const meaning = own.success ? semanticProblems(source, checks.hasPresidio) : []
  const problems = [...foreignProblems(source, document), ...shape, ...meaning]
  if (problems.length > 0 || !own.success) throw invalidPolicy(problems, `${written(before)}.`)
  return { tenant: buildTenant({ ...own.data, id: tenantId, keys: tenant.keys }, config.routing), document: own.data }
}

/** What stands in the file beside a tenant's policy. */
const FOREIGN = ['id', 'keys'] as const

function withoutForeign(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document
  return Object.fromEntries(Object.entries(document).filter(([name]) => !(FOREIGN as readonly string[]).includes(name)))
}

function foreignProblems(source: YamlSource, document: unknown): ConfigProblem[] {
  return FOREIGN.filter((name) => Object.hasOwn(mapping(document), name)).map((name) =>
    source.problem([name], `${name} is not part of a policy: leave it out`),
  )
}

/** Nothing of it stands in a text: problems are named by their path. */
function sourceOf(value: unknown): YamlSource {
  return {
    value,
    problems: [],
    problem: (_path, message): ConfigProblem => ({ file: null, line: null, column: null, message }),
  }
}

function keyOf({ app, roles }: OtherKey, place: number): TenantFile['keys'][number] {
  const role = [...roles] as TenantFile['keys'][number]['role']
  return {
    key: `a key that is not in the file, ${place}`.replaceAll(' ', '_'),
    id: `not-in-the-file-${place}`,
    app,
    role,
  }
}

/** A key for each app that the policy names, and two officers. */
function believedKeys(document: unknown): OtherKey[] {
  const apps = Object.keys(mapping(mapping(document).apps)).map((app) => ({ app, roles: ['app'] }))
  return [...apps, ...[0, 1].map(() => ({ app: 'default', roles: ['privacy'] }))]
}

function invalidPolicy(problems: readonly ConfigProblem[], prefix: string): PalimpsestError {
  const messages = problems.map(({ message }) => message.replaceAll(prefix, ''))
  const named = messages.slice(0, MAX_PROBLEMS)
  const more = messages.length - named.length
  return new PalimpsestError({
    code: 'invalid_policy',
    status: 400,
    message: `The policy does not hold, so the old one stays in force:\n${named.join('\n')}${more > 0 ? `\nand ${more} more` : ''}`,
    param: /^[^ :]+/.exec(messages[0] ?? '')?.[0] ?? null,
  })
}

/** The tenant's part of the file, without id and keys. */
export function policyOfFile(config: Pick<Config, 'file'>, tenantId: string): PolicyFile {
  const found = config.file.tenants.find(({ id }) => id === tenantId)
  if (!found) throw new Error('the policy of a tenant that is not configured')
  const { id, keys, ...policy } = found
  return policy
}

/** SHA-256 in hex of a tenant's part of the file, keys left out and labels in the place of listed values. */
export function fileDigestOf(policy: PolicyFile): string {
  return createHash('sha256').update(jcs(policy), 'utf8').digest('hex')
}
