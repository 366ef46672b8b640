import { readFile } from 'node:fs/promises'
import type { AnchorConfig } from '../config/types.ts'
import { PalimpsestError } from '../errors.ts'
import type { TimeStamper } from '../ports/time-stamper.ts'

/**
 * The authority that stamps anchors, null where none is configured: what reads X.509 is then not loaded. Reads its certificates, so
 * that a start with ones that cannot sign is refused.
 */
export async function openTimeStamper({ timeStamp }: AnchorConfig): Promise<TimeStamper | null> {
  if (timeStamp === null) return null
  const [{ readTsaCertificates }, { openHttpTimeStamper }] = await Promise.all([
    import('../adapters/rfc3161/certificates.ts'),
    import('../adapters/rfc3161/http-time-stamper.ts'),
  ])
  const pem = await readFile(timeStamp.certificate, 'utf8').catch((cause: unknown) => {
    throw new PalimpsestError({
      code: 'time_stamp_certificate',
      status: 500,
      message: 'The file of anchors.time_stamp.certificate cannot be read: correct its name or its rights.',
      cause,
    })
  })
  return openHttpTimeStamper({ url: timeStamp.url, certificates: readTsaCertificates(pem) })
}
