import { describe, expect, it } from 'vitest'
import { createApi } from '../../../src/api/app.ts'
import type { ApiDeps } from '../../../src/api/deps.ts'
import { openApiDocument } from '../../../src/api/openapi.ts'

/** Nothing is asked of it while routes are set up. */
const NOTHING = new Proxy({}, { get: (_, name) => (name === 'tracing' ? null : {}) }) as ApiDeps

describe('the OpenAPI document', () => {
  const served = createApi(NOTHING)
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z_]+)(?:\{[^}]+\})?/g, '{$1}')}`)
  const paths = openApiDocument('0').paths as Record<string, object>
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )

  it('has every route that there is', () => {
    expect(documented.sort()).toEqual([...new Set(served)].sort())
  })
})
