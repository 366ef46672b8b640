import { Hono } from 'hono'
import type { KeyIdentity } from '../config/types.ts'
import { answererOf, type ListedModel, listModels } from '../domain/routing/list-models.ts'
import { PalimpsestError } from '../errors.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { mayAskFor } from './require-scope.ts'

/**
 * The models that a key may name, in OpenAI's shapes: all that are known by name, or one by its id, which may hold slashes.
 * One that no list has but a rule knows is shown as well: providers have names that they do not list.
 */
export function models(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const allowed = requireRole(deps, 'app', 'admin')
  const reach = ({ tenantId }: KeyIdentity) => deps.policy.now().routing(tenantId)

  app.get('/v1/models', allowed, async (c) => {
    const caller = c.get('caller')
    const listed = listModels(reach(caller), await deps.offeredModels())
    return c.json({ object: 'list', data: listed.filter(({ id }) => mayAskFor(caller, id)).map(shown) })
  })
  app.get('/v1/models/:id{.+}', allowed, (c) => {
    const id = c.req.param('id')
    const provider = answererOf(id, reach(c.get('caller')))
    if (provider === null || !mayAskFor(c.get('caller'), id)) throw modelNotFound()
    return c.json(shown({ id, provider }))
  })
  return app
}

function shown({ id, provider }: ListedModel) {
  return { id, object: 'model', created: 0, owned_by: provider }
}

function modelNotFound(): PalimpsestError {
  return new PalimpsestError({
    code: 'model_not_found',
    status: 404,
    param: 'model',
    message:
      'No configured provider answers a model of this name for this key: GET /v1/models lists those that are known.',
  })
}
