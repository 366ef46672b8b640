import { defaultAdmission } from '../domain/limits/admission.ts'
import type { Limited, RateLimits } from '../domain/limits/types.ts'
import type { ConfigFile, TenantFile } from './schema.ts'
import type { Config, KeyIdentity, LimitSettings, Limits, TenantConfig } from './types.ts'

/** Milliseconds that Redis may take to answer. */
const REDIS_TIMEOUT_MS = 50

export function buildLimits(file: NonNullable<TenantFile['limits']>): Limits {
  return {
    requestsPerMinute: file.requests_per_minute ?? null,
    burst: file.burst ?? null,
    tokensPerMinute: file.tokens_per_minute ?? null,
    ...(file.token_burst !== undefined && { tokenBurst: file.token_burst }),
  }
}

/** Left out where nothing is set, so that a policy without it keeps its version. */
export function buildApps({ apps = {} }: TenantFile): Pick<TenantConfig, 'apps'> {
  const limited = Object.entries(apps).flatMap(([name, { limits }]) =>
    limits ? [[name, { limits: buildLimits(limits) }] as const] : [],
  )
  return limited.length > 0 ? { apps: Object.fromEntries(limited) } : {}
}

export function buildLimitSettings({ limits = {}, gateways }: ConfigFile): LimitSettings {
  return {
    withoutRedis: limits.without_redis ?? 'refuse',
    redisTimeoutMs: limits.redis_timeout_ms ?? REDIS_TIMEOUT_MS,
    gateways: gateways ?? 1,
    admission: {
      atWork: limits.requests_at_work ?? defaultAdmission.atWork,
      inFlight: limits.requests_in_flight ?? defaultAdmission.inFlight,
      waitingPerTenant: limits.waiting_per_tenant ?? defaultAdmission.waitingPerTenant,
      waitMs: limits.wait_seconds === undefined ? defaultAdmission.waitMs : limits.wait_seconds * 1000,
    },
  }
}

/** The limits that bind a caller: of the tenant, of the app, of the key. Empty: none. */
export function limitsOf(config: Pick<Config, 'tenants'>, caller: KeyIdentity): readonly Limited[] {
  const tenant = config.tenants.get(caller.tenantId)
  const app = tenant?.apps && Object.hasOwn(tenant.apps, caller.app) ? tenant.apps[caller.app] : undefined
  const all = [
    { scope: 'tenant', name: caller.tenantId, limits: tenant?.limits },
    { scope: 'app', name: caller.app, limits: app?.limits },
    { scope: 'key', name: caller.keyId, limits: caller.limits },
  ] as const
  return all.flatMap(({ scope, name, limits }) => {
    const { requests, tokens } = limits ? ratesOf(limits) : { requests: null, tokens: null }
    return requests || tokens ? [{ scope, name, requests, tokens }] : []
  })
}

/** Whether any limit binds anybody. @param others who calls with keys that are not in the file */
export function hasLimits(config: Pick<Config, 'tenants' | 'keys'>, others: Iterable<KeyIdentity>): boolean {
  return [...config.keys.values(), ...others].some((caller) => limitsOf(config, caller).length > 0)
}

function ratesOf({ requestsPerMinute, burst, tokensPerMinute, tokenBurst }: Limits): RateLimits {
  const rate = (perMinute: number | null, atOnce: number | null) =>
    perMinute === null ? null : { perMinute, burst: atOnce ?? perMinute }
  return { requests: rate(requestsPerMinute, burst), tokens: rate(tokensPerMinute, tokenBurst ?? null) }
}
