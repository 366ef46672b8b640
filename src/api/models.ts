import { Hono } from 'hono'
import { PalimpsestError } from '../errors.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { mayAskFor } from './require-scope.ts'

/** The models that a key may name, in OpenAI's shapes: all of them, or one by its id, which may hold slashes. */
export function models(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const allowed = requireRole(deps, 'app', 'admin')
  const shown = ({ id, ownedBy }: ApiDeps['models'][number]) => ({ id, object: 'model', created: 0, owned_by: ownedBy })

  app.get('/v1/models', allowed, (c) =>
    c.json({ object: 'list', data: deps.models.filter(({ id }) => mayAskFor(c.get('caller'), id)).map(shown) }),
  )
  app.get('/v1/models/:id{.+}', allowed, (c) => {
    const asked = c.req.param('id')
    const model = deps.models.find(({ id }) => id === asked && mayAskFor(c.get('caller'), id))
    if (model === undefined) throw modelNotFound()
    return c.json(shown(model))
  })
  return app
}

function modelNotFound(): PalimpsestError {
  return new PalimpsestError({
    code: 'model_not_found',
    status: 404,
    param: 'model',
    message: 'No model of this name is listed for this key: GET /v1/models has those that are.',
  })
}
