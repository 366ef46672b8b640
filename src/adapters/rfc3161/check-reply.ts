import { createHash, verify, type X509Certificate } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { equalBytes } from '../../domain/ledger/bytes.ts'
import { doesNotHold, malformed, untrusted } from '../../domain/ledger/malformed.ts'
import { PalimpsestError } from '../../errors.ts'
import { SHA256 } from './request.ts'

const MAX_REPLY_BYTES = 64 * 1024
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const DIGESTS: Readonly<Record<string, string>> = {
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

export interface StampFacts {
  /** Milliseconds since the Unix epoch. */
  time: number
  /** The subject of the certificate that signed, on one line. */
  authority: string
}

export interface Expected {
  /** What was stamped. */
  bytes: Uint8Array
  /** Null: unknown, as where somebody else had asked. */
  nonce: Uint8Array | null
  /** Certificates that are trusted to sign, checked by `readTsaCertificates`. */
  certificates: readonly X509Certificate[]
}

/**
 * Checks a TimeStampResp (RFC 3161 section 2.4.2, RFC 5816): granted, one signer, over these bytes by SHA-256, with this
 * nonce, signed by a trusted certificate that the ESSCertID names, within its validity. Throws `ledger_malformed`,
 * `ledger_evidence_invalid`, and `ledger_signer_unknown` where another certificate signed.
 */
export function checkReply(reply: Uint8Array, expected: Expected): StampFacts {
  try {
    const { info, content, signer } = parseReply(reply)
    checkInfo(info, expected)
    const certificate = checkSignature(signer, content, expected.certificates)
    const time = info.genTime.getTime()
    if (!(time >= certificate.validFromDate.getTime() && time <= certificate.validToDate.getTime())) {
      throw doesNotHold('The time stamp is outside the time in which its certificate is valid.')
    }
    return { time, authority: certificate.subject.split('\n').join(', ') }
  } catch (error) {
    if (error instanceof PalimpsestError) throw error
    // What a parser says of bytes that somebody made up.
    throw malformed('The time stamp is not a reply as RFC 3161 has it.')
  }
}

function parseReply(reply: Uint8Array) {
  if (reply.length > MAX_REPLY_BYTES) throw malformed('The time stamp is too large.')
  const bytes = new Uint8Array(reply)
  const parsed = asn1js.fromBER(bytes)
  if (parsed.offset !== bytes.length) throw malformed('The time stamp has something behind its end.')
  const response = pkijs.TimeStampResp.fromBER(bytes)
  if (response.status.status > 1 || response.timeStampToken === undefined) {
    throw doesNotHold(`The authority granted no time stamp (status ${response.status.status}).`)
  }
  if (response.timeStampToken.contentType !== SIGNED_DATA) throw malformed('The time stamp is not signed data.')
  const signed = new pkijs.SignedData({ schema: response.timeStampToken.content })
  const [signer, ...others] = signed.signerInfos
  const { eContentType, eContent } = signed.encapContentInfo
  if (eContentType !== TST_INFO || eContent === undefined) throw malformed('The signed data is no time stamp.')
  if (signer === undefined || others.length > 0) throw malformed('A time stamp has to have one signer.')
  const content = new Uint8Array(eContent.getValue())
  return { info: pkijs.TSTInfo.fromBER(content), content, signer }
}

function checkInfo({ version, messageImprint, nonce }: pkijs.TSTInfo, expected: Expected): void {
  const { hashAlgorithm, hashedMessage } = messageImprint
  const digest = createHash('sha256').update(expected.bytes).digest()
  const isOver = hashAlgorithm.algorithmId === SHA256 && equalBytes(new Uint8Array(hashedMessage.getValue()), digest)
  if (version !== 1 || !isOver) throw doesNotHold('The time stamp is over something else.')
  if (expected.nonce === null) return
  if (nonce === undefined || !equalBytes(new Uint8Array(nonce.valueBlock.valueHexView), expected.nonce)) {
    throw doesNotHold('The time stamp answers another question: its nonce is not the one that was sent.')
  }
}

function checkSignature(
  signer: pkijs.SignerInfo,
  content: Uint8Array,
  trusted: readonly X509Certificate[],
): X509Certificate {
  const digest = DIGESTS[signer.digestAlgorithm.algorithmId]
  const { signedAttrs } = signer
  if (digest === undefined || signedAttrs === undefined) throw malformed('The time stamp is signed in an unknown way.')
  const attributes = new Map(signedAttrs.attributes.map(({ type, values }) => [type, values[0]]))
  if (attributes.size !== signedAttrs.attributes.length) throw malformed('An attribute of the time stamp stands twice.')
  const type = attributes.get(CONTENT_TYPE)
  const stated = attributes.get(MESSAGE_DIGEST)
  const isOfContent =
    type instanceof asn1js.ObjectIdentifier &&
    type.getValue() === TST_INFO &&
    stated instanceof asn1js.OctetString &&
    equalBytes(new Uint8Array(stated.getValue()), createHash(digest).update(content).digest())
  if (!isOfContent) throw doesNotHold('The signed attributes of the time stamp are of something else.')
  const certificate = trusted.find((one) => isNamed(one, attributes))
  if (certificate === undefined) throw untrusted('The time stamp is by a certificate that is not trusted.')
  const signature = new Uint8Array(signer.signature.getValue())
  if (!verify(digest, new Uint8Array(signedAttrs.encodedValue), certificate.publicKey, signature)) {
    throw doesNotHold('The signature of the time stamp does not hold.')
  }
  return certificate
}

/** The first ESSCertID (RFC 2634 section 5.4.1, by SHA-1) or ESSCertIDv2 (RFC 5035 section 4) names the signer's certificate. */
function isNamed(certificate: X509Certificate, attributes: ReadonlyMap<string, unknown>): boolean {
  const v2 = attributes.get(SIGNING_CERTIFICATE_V2)
  const list = membersOf(v2 ?? attributes.get(SIGNING_CERTIFICATE))[0]
  const parts = membersOf(membersOf(list)[0])
  const [first, second] = parts
  const [hash, algorithm] = first instanceof asn1js.Sequence ? [second, membersOf(first)[0]] : [first, null]
  const named = algorithm instanceof asn1js.ObjectIdentifier ? DIGESTS[algorithm.getValue()] : null
  const digest = v2 === undefined ? 'sha1' : algorithm === null ? 'sha256' : named
  if (!(hash instanceof asn1js.OctetString) || !digest) return false
  return equalBytes(new Uint8Array(hash.getValue()), createHash(digest).update(certificate.raw).digest())
}

function membersOf(value: unknown): readonly unknown[] {
  return value instanceof asn1js.Sequence ? value.valueBlock.value : []
}
