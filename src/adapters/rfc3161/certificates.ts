import { X509Certificate } from 'node:crypto'
import * as pkijs from 'pkijs'
import { PalimpsestError } from '../../errors.ts'

const EXTENDED_KEY_USAGE = '2.5.29.37'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The certificates of a PEM file, each of which may sign time stamps: RFC 3161 section 2.3 wants the extended key usage
 * timeStamping, critical and alone. Throws `time_stamp_certificate`.
 */
export function readTsaCertificates(pem: string): X509Certificate[] {
  const certificates = (pem.match(PEM) ?? []).map((one) => parse(one))
  if (certificates.length === 0) throw unfit('holds no certificate in PEM form')
  for (const certificate of certificates) {
    const usage = pkijs.Certificate.fromBER(new Uint8Array(certificate.raw)).extensions?.find(
      ({ extnID }) => extnID === EXTENDED_KEY_USAGE,
    )
    const purposes = usage?.parsedValue instanceof pkijs.ExtKeyUsage ? usage.parsedValue.keyPurposes : []
    if (!usage?.critical || purposes.length !== 1 || purposes[0] !== TIME_STAMPING) {
      throw unfit('holds a certificate whose extended key usage is not timeStamping, critical and alone')
    }
  }
  return certificates
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw unfit('holds a certificate that cannot be read')
  }
}

function unfit(what: string): PalimpsestError {
  return new PalimpsestError({
    code: 'time_stamp_certificate',
    status: 500,
    message: `The file with the certificate of the time stamp authority ${what}: give the one it signs with.`,
  })
}
