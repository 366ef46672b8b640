import type { Config, TenantConfig } from './types.ts'

/**
 * The configuration as it is in force: what the file says, and of tenants whose policy was set by the API, that. `config` always
 * reads the newest; whoever needs it unchanged over several steps copies it first.
 */
export class ConfigInForce {
  readonly config: Config
  #tenants: ReadonlyMap<string, TenantConfig>

  /** @param file what the configuration file says. */
  constructor(file: Config) {
    this.#tenants = file.tenants
    this.config = Object.defineProperty({ ...file }, 'tenants', { get: () => this.#tenants, enumerable: true })
  }

  /** Puts these tenants in the place of those there were, all at once. */
  replaceTenants(tenants: ReadonlyMap<string, TenantConfig>): void {
    this.#tenants = tenants
  }
}
