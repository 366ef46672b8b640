import { createHash } from 'node:crypto'
import { PalimpsestError } from '../../errors.ts'
import { equalBytes, fromBase64 } from '../ledger/bytes.ts'
import { isJsonObject, jcs, parseJson } from '../ledger/json.ts'
import { doesNotHold, malformed } from '../ledger/malformed.ts'
import { openNote } from '../ledger/note.ts'
import { formatVkey, type VerifierKey } from '../ledger/vkey.ts'
import { CERTIFICATE_FORMAT, type Certificate } from './certificate.ts'

/** Largest certificate that is read, in characters. */
export const MAX_CERTIFICATE_LENGTH = 4 * 1024 * 1024

/**
 * The text that is signed, three lines: the format, the case, and SHA-256 of the certificate's canonical JSON (RFC 8785) in base64.
 * It is no checkpoint: those begin with the name of the key.
 */
export function certificateNote(certificate: Certificate): string {
  return `${CERTIFICATE_FORMAT}\n${certificate.case}\n${digestOf(certificate).toString('base64')}\n`
}

/** The file: canonical JSON of the certificate and of its signed note (C2SP signed-note). */
export function encodeCertificate(certificate: Certificate, signature: string): string {
  return `${jcs({ certificate, signature })}\n`
}

/** A certificate whose form is right, nothing verified. Throws `ledger_malformed`. */
export function parseCertificate(file: string): { certificate: Certificate; signature: string } {
  if (file.length > MAX_CERTIFICATE_LENGTH) throw malformed('This certificate is too large.')
  const json = parseJson(file, 'certificate')
  if (!isJsonObject(json) || !isJsonObject(json.certificate) || typeof json.signature !== 'string') {
    throw malformed('A certificate has to be a JSON object with "certificate" and "signature".')
  }
  const { certificate, signature } = json
  if (certificate.format !== CERTIFICATE_FORMAT)
    throw malformed(`A certificate's format has to be ${CERTIFICATE_FORMAT}.`)
  return { certificate: certificate as unknown as Certificate, signature }
}

export interface VerifiedCertificate {
  certificate: Certificate
  /** The keys whose signatures hold. */
  signers: string[]
}

/**
 * Checks that a trusted log key signed this certificate as it is here. Throws `ledger_evidence_invalid` where it was changed,
 * `ledger_signer_unknown` where no trusted key signed it, `ledger_malformed` where it has another form.
 */
export function verifyCertificate(file: string, trusted: readonly VerifierKey[]): VerifiedCertificate {
  const { certificate, signature } = parseCertificate(file)
  const note = openNote(signature, trusted)
  const [format, caseId, digest, ...rest] = note.text.slice(0, -1).split('\n')
  if (format !== CERTIFICATE_FORMAT || digest === undefined || rest.length > 0) {
    throw malformed('The signed note of a certificate has to have its three lines.')
  }
  if (
    caseId !== certificate.case ||
    !equalBytes(fromBase64(digest, 'digest of a certificate'), digestOf(certificate))
  ) {
    throw doesNotHold('This certificate is not the one that was signed.')
  }
  const signers = note.verified.filter(({ key }) => key.type === 'ed25519' && key.name === certificate.log)
  if (signers.length === 0) throw doesNotHold('This certificate is not signed by a key of the log that it names.')
  return { certificate, signers: signers.map(({ key }) => formatVkey(key)) }
}

function digestOf(certificate: Certificate): Buffer {
  let text: string
  try {
    text = jcs(certificate)
  } catch (cause) {
    throw cause instanceof PalimpsestError ? cause : malformed('This certificate has no canonical form.')
  }
  return createHash('sha256').update(text, 'utf8').digest()
}
