import { type Context, Hono } from 'hono'
import { hashKey } from '../../config/keys.ts'
import type { KeyIdentity } from '../../config/types.ts'
import { apiKeyOf, KEY_RANDOM_BYTES } from '../../domain/access/api-key.ts'
import { type KeyGrant, keyCreatedEntry, keyRevokedEntry, keyRotatedEntry } from '../../domain/access/key-entry.ts'
import { isUuid, uuidv7 } from '../../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../../errors.ts'
import type { ApiKeyRecord } from '../../ports/api-keys.ts'
import type { EntryDraft } from '../../ports/ledger-writer.ts'
import { requireRole } from '../authenticate.ts'
import { refusePersonalDataIn } from '../chat-completions/check-names.ts'
import { readJson } from '../chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from '../deps.ts'
import { integer } from '../ledger.ts'
import { limitBody } from '../limit-body.ts'
import { flagParameter, idParameter } from '../query.ts'
import { notFound } from '../requests.ts'
import { readKeyBody, readRotationBody } from './key-body.ts'
import { configuredKeyJson, keyJson, stateOf } from './key-json.ts'

const MAX_BODY_BYTES = 64 * 1024
const MAX_PAGE = 1000

/**
 * API keys of the caller's tenant. Making, rotating and revoking one are entries of the ledger, and the effect comes with the entry, in one
 * transaction. A key is shown once, in the answer that makes it.
 */
export function keys(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const admin = requireRole(deps, 'admin')

  app.post('/v1/keys', admin, limitBody(MAX_BODY_BYTES), async (c) => {
    const officer = c.get('caller')
    const grant = readKeyBody(await readJson(c), deps.now())
    await requireGrantable(deps, officer, grant)
    const { act, key, hash } = newKey(deps, officer)
    await deps.ledger.append(keyCreatedEntry(act, grant, hash))
    return c.json(await shownOnce(deps, c, act.id, key), 201)
  })

  app.get('/v1/keys', admin, async (c) => {
    const { tenantId } = c.get('caller')
    const before = idParameter(c, 'before')
    const page = { before, inForce: flagParameter(c, 'in_force'), limit: integer(c, 'limit', 100, 1, MAX_PAGE) }
    const found = await deps.apiKeys.list(tenantId, page)
    const configured = [...deps.config.keys.values()].filter((key) => key.tenantId === tenantId)
    return c.json({
      keys: found.map((key) => keyJson(key, deps.now())),
      configured: configured.map(configuredKeyJson),
      next_before: found.at(-1)?.id ?? before,
    })
  })

  app.get('/v1/keys/:id', admin, async (c) => {
    const { tenantId } = c.get('caller')
    const found = await find(deps, tenantId, c.req.param('id'))
    return c.json('keyId' in found ? configuredKeyJson(found) : keyJson(found, deps.now()))
  })

  app.post('/v1/keys/:id/rotation', admin, limitBody(MAX_BODY_BYTES), async (c) => {
    const officer = c.get('caller')
    const old = await changeable(deps, officer.tenantId, c.req.param('id'))
    const { overlapMs, grant } = readRotationBody(await readJson(c), old, deps.now())
    requireRotatable(old, deps.now())
    await requireGrantable(deps, officer, grant)
    const { act, key, hash } = newKey(deps, officer)
    const overlapUntil = Math.min(act.at + overlapMs, old.expiresAt ?? Number.POSITIVE_INFINITY)
    await append(deps, old, keyRotatedEntry(act, grant, hash, { id: old.id, overlapUntil }))
    return c.json(await shownOnce(deps, c, act.id, key), 201)
  })

  app.delete('/v1/keys/:id', admin, async (c) => {
    const officer = c.get('caller')
    const key = await changeable(deps, officer.tenantId, c.req.param('id'))
    if (key.revoked === null) {
      const act = { id: uuidv7(deps.now(), deps.randomBytes(10)), at: deps.now(), officer }
      await deps.ledger.append(keyRevokedEntry(act, key.id)).catch(async (error: unknown) => {
        // Somebody was faster: it is revoked all the same.
        if (!(await reread(deps, key)).revoked) throw error
      })
      await deps.apiKeys.refresh()
    }
    return c.json(keyJson(await reread(deps, key), deps.now()))
  })
  return app
}

function newKey(deps: ApiDeps, officer: KeyIdentity) {
  const key = apiKeyOf(deps.randomBytes(KEY_RANDOM_BYTES))
  const at = deps.now()
  return { act: { id: uuidv7(at, deps.randomBytes(10)), at, officer }, key, hash: hashKey(key) }
}

/** The answer that has the key in it, this once; by then this gateway knows the key. */
async function shownOnce(deps: ApiDeps, c: Context<ApiEnv>, id: string, key: string) {
  await deps.apiKeys.refresh()
  const made = await deps.apiKeys.find(c.get('caller').tenantId, id)
  if (!made) throw new Error('a key that was made is not there')
  c.header('cache-control', 'no-store')
  return { ...keyJson(made, deps.now()), key }
}

/** The database refuses a rotation of a key that was rotated or revoked meanwhile: nothing is recorded then. */
async function append(deps: ApiDeps, old: ApiKeyRecord, draft: EntryDraft): Promise<void> {
  try {
    await deps.ledger.append(draft)
  } catch (error) {
    requireRotatable(await reread(deps, old), deps.now())
    throw error
  }
}

async function reread(deps: ApiDeps, key: ApiKeyRecord): Promise<ApiKeyRecord> {
  return (await deps.apiKeys.find(key.tenantId, key.id)) ?? key
}

async function find(deps: ApiDeps, tenantId: string, id: string): Promise<ApiKeyRecord | KeyIdentity> {
  const made = isUuid(id) ? await deps.apiKeys.find(tenantId, id) : undefined
  const found = made ?? [...deps.config.keys.values()].find((key) => key.tenantId === tenantId && key.keyId === id)
  if (!found) throw notFound('key')
  return found
}

async function changeable(deps: ApiDeps, tenantId: string, id: string): Promise<ApiKeyRecord> {
  const found = await find(deps, tenantId, id)
  if (!('keyId' in found)) return found
  throw new PalimpsestError({
    code: 'key_in_configuration',
    status: 409,
    message: 'This key stands in the configuration file: change it there, and start the gateways again.',
  })
}

function requireRotatable(old: ApiKeyRecord, now: number): void {
  if (old.replacedBy === null && stateOf(old, now) === 'active') return
  throw new PalimpsestError({
    code: 'key_not_in_force',
    status: 409,
    message: 'This key was rotated or revoked, or has expired: rotate the one that took its place, or make another.',
  })
}

/** Names stand in clear in the ledger. Whoever may not read text gives nobody the right to. */
async function requireGrantable(deps: ApiDeps, officer: KeyIdentity, grant: KeyGrant): Promise<void> {
  if (grant.roles.includes('privacy') && !officer.roles.includes('privacy')) {
    throw new PalimpsestError({
      code: 'role_not_grantable',
      status: 403,
      message: 'Only who has the role privacy beside admin gives it to a key: it opens stored text.',
      param: 'roles',
    })
  }
  const { residency } = deps.config.routing
  if (grant.scope.regions?.some((region) => !Object.hasOwn(residency, region))) {
    throw new PalimpsestError({
      code: 'region_unknown',
      status: 400,
      message: 'A region of this key is not in the configuration: name one that is.',
      param: 'regions',
    })
  }
  const { tools, models } = grant.scope
  const names = [
    ['app', [grant.app]],
    ['team', [grant.team]],
    ['tools', tools ?? []],
    ['models', models ?? []],
  ] as const
  const all = names.flatMap(([param, values]) => values.map((value) => [param, value] as const))
  await refusePersonalDataIn(deps.engine, all)
}
