import { randomBytes } from 'node:crypto'
import {
  isLabel,
  LABEL_PREFIX,
  type ListedValues,
  listedIn,
  mapListed,
  UNLABELLED,
} from '../domain/policy/listed-values.ts'
import { PalimpsestError } from '../errors.ts'
import { checkPolicy, fileDigestOf, type PolicyChecks, policyOfFile } from './check-policy.ts'
import { effectivePolicyOf, policyVersionOf } from './policy-version.ts'
import type { PolicyFile } from './schema.ts'
import type { Config, TenantConfig } from './types.ts'

/** What is on record of a tenant's policy. */
export interface RecordedPolicy {
  /** As it was set by the API, with labels; null: the file's holds. */
  document: unknown
  /** Of the policy and of the file, by their labels; null: there are none, or nobody can open them. */
  values: ListedValues | null
}

/** By tenant: the label of each listed value. */
type Labels = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * The configuration as it is in force: what the file says, and of tenants whose policy was set by the API, that. `config` always
 * reads the newest; whoever needs it unchanged over several steps copies it first. Listed values stand in it in clear; what leaves it
 * to be recorded, stored or shown has labels in their place.
 */
export class ConfigInForce {
  readonly config: Config
  readonly #file: ReadonlyMap<string, TenantConfig>
  #tenants: ReadonlyMap<string, TenantConfig>
  #labels: Labels = new Map()
  readonly #hasPresidio: boolean
  #setByApi: readonly string[] = []

  /** @param file what the configuration file says. */
  constructor(file: Config, options: Pick<PolicyChecks, 'hasPresidio'>) {
    this.#file = file.tenants
    this.#tenants = file.tenants
    this.#hasPresidio = options.hasPresidio
    this.config = Object.defineProperty({ ...file }, 'tenants', { get: () => this.#tenants, enumerable: true })
    this.adopt(new Map())
  }

  /** A tenant as the file alone has it. */
  ofFile(tenantId: string): TenantConfig | undefined {
    const tenant = this.#file.get(tenantId)
    return tenant && this.#versioned(tenant, this.#labelsOf(tenantId))
  }

  /** What the file says of a tenant, with labels, and its digest. */
  shownFile(tenantId: string): { policy: PolicyFile; digest: string } {
    const labels = this.#labelsOf(tenantId)
    const policy = withLabels(policyOfFile(this.config, tenantId), labels)
    return { policy, digest: fileDigestOf(policy) }
  }

  /**
   * Checks a policy for a tenant as the file is checked; a label in it stands for the value that has it now. Gives the tenant in clear,
   * the policy with labels, what follows from it with labels, and the values of both it and the file.
   * @throws PalimpsestError `invalid_policy`, 400
   */
  check(tenantId: string, document: unknown, otherKeys: PolicyChecks['otherKeys']) {
    const known = this.#labelsOf(tenantId)
    const checked = this.#checked(tenantId, document, otherKeys, inverted(known))
    const labels = withNew(known, listedIn(checked.document))
    const tenant = this.#versioned(checked.tenant, labels)
    const labelled = withLabels(checked.document, labels)
    return { tenant, document: labelled, ...this.#recorded(tenant, checked.document, labels) }
  }

  /** A tenant in force, or as the file has it, as it is recorded. */
  recorded(tenant: TenantConfig): { effective: unknown; values: ListedValues } {
    return this.#recorded(tenant, { redaction: tenant.redaction.recognition }, this.#labelsOf(tenant.id))
  }

  /** What somebody may send as a policy, with labels: a value that has none now is left out. */
  labelled<T>(tenantId: string, document: T): T {
    const labels = this.#labelsOf(tenantId)
    return mapListed(document, (text) => (isLabel(text) ? text : (labels.get(text) ?? UNLABELLED)))
  }

  /** Tenants whose policy was set by the API. */
  get setByApi(): readonly string[] {
    return this.#setByApi
  }

  /**
   * Puts the policies in force that are on record as set by the API; tenants without one are as the file says. A value has the label
   * that is on record, and one that is on no record a new one, which stays until another is. A tenant whose policy does not hold
   * beside this file keeps what it has. Gives those, with the reason.
   */
  adopt(records: ReadonlyMap<string, RecordedPolicy>): { tenantId: string; reason: unknown }[] {
    const failed: { tenantId: string; reason: unknown }[] = []
    const before = this.#labels
    const labels = new Map<string, ReadonlyMap<string, string>>()
    const tenants = [...this.#file.values()].map((ofFile): [string, TenantConfig] => {
      const { id } = ofFile
      const { document = null, values = null } = records.get(id) ?? {}
      const onRecord = new Map(Object.entries(values ?? {}).map(([label, value]) => [value, label]))
      const file = listedIn(policyOfFile(this.config, id))
      const all = withNew(onRecord, [...file, ...listedIn(document).filter((text) => !isLabel(text))], before.get(id))
      labels.set(id, all)
      if (document === null) return [id, this.#versioned(ofFile, all)]
      try {
        return [id, this.#versioned(this.#checked(id, document, null, values ?? {}).tenant, all)]
      } catch (reason) {
        failed.push({ tenantId: id, reason })
        return [id, this.#tenants.get(id) ?? ofFile]
      }
    })
    this.#labels = labels
    this.#tenants = new Map(tenants)
    this.#setByApi = [...this.#file.keys()].filter((id) => (records.get(id)?.document ?? null) !== null)
    return failed
  }

  #labelsOf(tenantId: string): ReadonlyMap<string, string> {
    return this.#labels.get(tenantId) ?? new Map()
  }

  #checked(tenantId: string, document: unknown, otherKeys: PolicyChecks['otherKeys'], values: ListedValues) {
    const clear = mapListed(document, (text, at) => {
      if (!isLabel(text)) return text
      const value = Object.hasOwn(values, text) ? values[text] : undefined
      if (value === undefined) throw unknownLabel(at)
      return value
    })
    return checkPolicy(this.config, tenantId, clear, { hasPresidio: this.#hasPresidio, otherKeys })
  }

  #versioned(tenant: TenantConfig, labels: ReadonlyMap<string, string>): TenantConfig {
    if (!tenant.redaction.recognition) return tenant
    const { policyVersion, ...policy } = withLabels(tenant, labels)
    return { ...tenant, policyVersion: policyVersionOf(policy, this.config.routing) }
  }

  #recorded(tenant: TenantConfig, document: unknown, labels: ReadonlyMap<string, string>) {
    const labelled = withLabels(tenant, labels)
    const values = new Set([...listedIn(document), ...listedIn(policyOfFile(this.config, tenant.id))])
    return {
      effective: effectivePolicyOf(labelled, this.config.routing),
      values: Object.fromEntries([...labels].flatMap(([value, label]) => (values.has(value) ? [[label, value]] : []))),
    }
  }
}

/** A policy with its label in the place of each listed value that has one. */
function withLabels<T>(policy: T, labels: ReadonlyMap<string, string>): T {
  return mapListed(policy, (text) => labels.get(text) ?? text)
}

/** The labels with one for each value, where it has none as it was before. */
function withNew(
  labels: ReadonlyMap<string, string>,
  values: readonly string[],
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const all = new Map(labels)
  for (const value of values) if (!all.has(value)) all.set(value, before.get(value) ?? newLabel())
  return all
}

function newLabel(): string {
  return `${LABEL_PREFIX}${randomBytes(16).toString('hex')}`
}

function inverted(labels: ReadonlyMap<string, string>): ListedValues {
  return Object.fromEntries([...labels].map(([value, label]) => [label, value]))
}

function unknownLabel(at: string): PalimpsestError {
  const [, ...names] = at.split('/')
  const path = names
    .map((name, index) => (/^\d+$/.test(name) ? `[${name}]` : `${index > 0 ? '.' : ''}${name}`))
    .join('')
  return new PalimpsestError({
    code: 'invalid_policy',
    status: 400,
    message: `The policy does not hold, so the old one stays in force:\n${path} is the label of a value that the policy in force does not have: send the value`,
    param: path,
  })
}
