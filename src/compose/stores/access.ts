import { createIdentityProviders } from '../../adapters/oidc/identity-providers.ts'
import { createApiKeys } from '../../adapters/postgres/access/api-keys.ts'
import { createConfiguredKeys } from '../../adapters/postgres/access/configured-keys.ts'
import { CurrentKeys } from '../../adapters/postgres/access/current-keys.ts'
import { createPersonSessions } from '../../adapters/postgres/access/person-sessions.ts'
import { type Sql, serviceUrl } from '../../adapters/postgres/connect.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ApiKeys } from '../../ports/api-keys.ts'
import type { ConfiguredKeys } from '../../ports/configured-keys.ts'
import type { IdentityProviders } from '../../ports/identity-providers.ts'
import type { PersonSessions } from '../../ports/person-sessions.ts'
import type { GatewaySettings } from '../settings.ts'
import type { Asked } from './asked.ts'

export interface AccessStores {
  apiKeys: ApiKeys
  configuredKeys: ConfiguredKeys
  identityProviders: IdentityProviders
  sessions: PersonSessions
  /** For `/readyz`. */
  askAccess: readonly Asked[]
  closeAccess(): Promise<void>
}

/** Opens the keys of the database. @throws PalimpsestError `key_configured_twice`, where the configuration has one of them, too. */
export async function openAccess({ databaseUrl, config, log }: GatewaySettings, sql: Sql): Promise<AccessStores> {
  const onState = (current: boolean) =>
    current
      ? log.info({}, 'the keys of the database are known again')
      : log.warn({}, 'the database does not say which keys there are: none of its keys is honoured meanwhile')
  const keys = new CurrentKeys({ url: serviceUrl(databaseUrl), onState })
  await keys.start()
  const apiKeys = createApiKeys(sql, keys)
  const twice = await apiKeys.known([...config.keys.keys()])
  if (twice.length > 0) {
    await keys.close()
    throw configuredTwice(twice.map((hash) => config.keys.get(hash)?.keyId ?? ''))
  }
  const identityProviders = createIdentityProviders(config.people?.issuers ?? [])
  return {
    apiKeys,
    configuredKeys: createConfiguredKeys(sql),
    identityProviders,
    sessions: createPersonSessions(sql),
    askAccess: [
      {
        name: 'api keys',
        fix: 'See why the database answers its other connections and not this one: docs/access.md.',
        ask: () => keys.refresh(),
      },
      ...(config.people ? [identityProvider(() => identityProviders.check())] : []),
    ],
    closeAccess: () => keys.close(),
  }
}

function identityProvider(ask: () => Promise<void>): Asked {
  const fix = 'Make the identity providers of people.issuers reachable; keys are taken meanwhile.'
  return { name: 'identity providers', fix, optional: true, ask }
}

function configuredTwice(ids: readonly string[]): PalimpsestError {
  return new PalimpsestError({
    code: 'key_configured_twice',
    status: 503,
    message: `The configuration has keys that were made by POST /v1/keys (${ids.join(', ')}): take them out, they hold without it.`,
  })
}
