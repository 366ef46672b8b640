import { checkPolicy, type PolicyChecks } from './check-policy.ts'
import type { Config, TenantConfig } from './types.ts'

/**
 * The configuration as it is in force: what the file says, and of tenants whose policy was set by the API, that. `config` always
 * reads the newest; whoever needs it unchanged over several steps copies it first.
 */
export class ConfigInForce {
  readonly config: Config
  readonly #ofFile: ReadonlyMap<string, TenantConfig>
  #tenants: ReadonlyMap<string, TenantConfig>
  readonly #hasPresidio: boolean
  #setByApi: readonly string[] = []

  /** @param file what the configuration file says. */
  constructor(file: Config, options: Pick<PolicyChecks, 'hasPresidio'>) {
    this.#ofFile = file.tenants
    this.#tenants = file.tenants
    this.#hasPresidio = options.hasPresidio
    this.config = Object.defineProperty({ ...file }, 'tenants', { get: () => this.#tenants, enumerable: true })
  }

  /** A tenant as the file alone has it. */
  ofFile(tenantId: string): TenantConfig | undefined {
    return this.#ofFile.get(tenantId)
  }

  /** Checks a policy for a tenant as the file is checked. @throws PalimpsestError `invalid_policy`, 400 */
  check(tenantId: string, document: unknown, otherKeys: PolicyChecks['otherKeys']): ReturnType<typeof checkPolicy> {
    return checkPolicy(this.config, tenantId, document, { hasPresidio: this.#hasPresidio, otherKeys })
  }

  /** Tenants whose policy was set by the API. */
  get setByApi(): readonly string[] {
    return this.#setByApi
  }

  /**
   * Puts the policies in force that were set by the API; tenants without one are as the file says. A tenant whose policy does not hold
   * beside this file keeps what it has. Gives those, with the reason.
   */
  adopt(documents: ReadonlyMap<string, unknown>): { tenantId: string; reason: unknown }[] {
    const failed: { tenantId: string; reason: unknown }[] = []
    const tenants = [...this.#ofFile.values()].map((tenant): [string, TenantConfig] => {
      const { id } = tenant
      if (!documents.has(id)) return [id, tenant]
      try {
        return [id, this.check(id, documents.get(id), null).tenant]
      } catch (reason) {
        failed.push({ tenantId: id, reason })
        return [id, this.#tenants.get(id) ?? tenant]
      }
    })
    this.#tenants = new Map(tenants)
    this.#setByApi = [...this.#ofFile.keys()].filter((id) => documents.has(id))
    return failed
  }
}
