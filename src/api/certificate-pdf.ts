import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { parseCertificate } from '../domain/erasure/certificate-file.ts'
import { certificatePaper } from '../domain/erasure/certificate-paper.ts'
import { isUuid } from '../domain/ids/uuidv7.ts'
import { PalimpsestError } from '../errors.ts'
import { requireRole } from './authenticate.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { notFound } from './requests.ts'

/** An erasure's certificate as a paper for reading; what was signed travels inside it. */
export function certificatePdf(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.get('/v1/erasures/:id/certificate.pdf', requireRole(deps, 'privacy'), async (c) => {
    const { tenantId } = c.get('caller')
    const id = c.req.param('id')
    const { cases } = deps.erasures
    if (!isUuid(id) || !(await cases.find(tenantId, id))) throw notFound('erasure')
    const file = await cases.certificate(tenantId, id)
    if (file === undefined) throw noCertificate()
    const sha256 = createHash('sha256').update(file, 'utf8').digest('hex')
    const pdf = await deps.printer.pdf(certificatePaper({ ...parseCertificate(file), file, sha256 }))
    return c.body(Buffer.from(pdf), 200, {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="certificate-${id}.pdf"`,
      'cache-control': 'no-store',
    })
  })
  return app
}

function noCertificate(): PalimpsestError {
  return new PalimpsestError({
    code: 'no_certificate',
    status: 409,
    message: 'There is no certificate: the erasure has not been completed.',
  })
}
