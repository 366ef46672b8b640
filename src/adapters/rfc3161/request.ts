import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'

export const SHA256 = '2.16.840.1.101.3.4.2.1'

/**
 * A TimeStampReq in DER (RFC 3161 section 2.4.1) that asks for the certificate, too.
 * @param digest SHA-256 of what is to be stamped.
 * @param nonce a positive integer's bytes in DER: the first is from 01 to 7f.
 */
export function encodeRequest(digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  const hashAlgorithm = new pkijs.AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new asn1js.Null() })
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm,
      hashedMessage: new asn1js.OctetString({ valueHex: new Uint8Array(digest) }),
    }),
    nonce: new asn1js.Integer({ valueHex: new Uint8Array(nonce) }),
    certReq: true,
  })
  return new Uint8Array(request.toSchema().toBER())
}
