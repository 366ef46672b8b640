import type { Span } from '../encoded-text.ts'
import { ofLastText } from '../of-last-text.ts'
import { indexed } from '../patterns/indexed-pattern.ts'
import { firstBehind } from '../spans-cover.ts'

/**
 * What looks like a key and is meant for everybody: public keys, fingerprints, ids of keys, keys that a shop's page shows, and what
 * stands where a key will be.
 */
const PUBLIC = [
  indexed(
    /-----BEGIN (?:[A-Z0-9]{2,20} )?(?:PUBLIC KEY|CERTIFICATE(?: REQUEST)?)-----[A-Za-z0-9+/=\s\\]{0,8000}(?:-----END [A-Z0-9 ]{0,40}-----)?/g,
  ),
  indexed(
    /\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp[0-9]{3}|sk-ssh-ed25519@openssh\.com) {1,3}AAAA[A-Za-z0-9+/]{20,2000}={0,2}/g,
  ),
  indexed(
    /\b(?:SHA-?(?:1|256|384|512)(?:sum)?|MD5(?:sum)?|shasum|integrity)["'`]?\s?[:=]\s{0,2}["'`]?[A-Za-z0-9+/:_-]{20,140}={0,2}/gi,
  ),
  // Keys that open nothing.
  indexed(/\b(?:cache|primary|foreign|sort|partition)[ _-]?key["'`]?\s?[:=]\s{0,2}["'`]?[^\s"'`,;]{8,200}/gi),
  indexed(
    /\bpublic(?:[_ -]?key)?["'`]?(?:(?:(?!secret|priv|pass|token)[^\n:=]){0,24}[:=]\s{0,4}| )["'`]?[A-Za-z0-9+/_-]{20,2000}={0,2}/gi,
  ),
  indexed(
    /\b(?:fingerprint|thumbprint|checksum|digest)["'`]?(?:[^\n:=]{0,24}[:=]\s{0,4}| )["'`]?(?:[A-Za-z0-9]{3,8}:)?[A-Fa-f0-9: ]{16,128}/gi,
  ),
  // The parts of a key by which one checks (JWK, RFC 7517).
  indexed(/"(?:n|x|y|x5c|x5t(?:#S256)?)"\s?:\s?\[?"[A-Za-z0-9_+/=-]{20,2000}"/g),
  indexed(
    /\b(?:certificate-authority(?:-data)?|recipient|site_?key|recaptcha_site)["'`]?\s{0,8}[:=]\s{0,4}["'`]?[A-Za-z0-9+/_-]{20,4000}={0,2}/gi,
  ),
  indexed(
    /\b(?:key id|gpg|pgp|public key|clave pública|clé publique|chave pública|öffentlicher schlüssel)[^\n]{0,60}?0x[0-9A-F]{8,40}/gi,
  ),
  indexed(/(?<![A-Za-z0-9])pk\.eyJ[A-Za-z0-9_-]{8,400}\.[A-Za-z0-9_-]{8,200}/g),
  indexed(/\b(?:kid|key[_ -]?id)["'`]?\s{0,2}(?:[:=]\s{0,2}|\s)["'`]?(?!(?:AKIA|ASIA))[A-Za-z0-9_.:-]{4,80}/gi),
  indexed(/\bpk_(?:live|test)_[A-Za-z0-9.]{0,250}/g),
  indexed(/\bAC[0-9a-f]{32}\b/g),
  indexed(/\bDKIM1;[^\n"]{0,40}\bp=[A-Za-z0-9+/]{16,1000}={0,2}/g),
]
/** Words that nobody's key holds: `xoxb-your-token-here`, `YOUR_CLIENT_SECRET`. */
const PLACEHOLDER =
  /^(?:(?:change|replace|insert|put|fill)[-_ ](?:this|me|it|your|with|in|here)\b.*|(?:inserire|inserisci|inserir|insertar|insérer|remplacer|ersetzen|einfuegen|wstaw)[-_].*|.*x{6,}|.*[_-]HERE|(?:sk|rk)_test_|(?:[A-Za-z0-9]{2,8}[_-]){0,3}(?:(?:your|dein|votre|placeholder|example|dummy|replace)(?:[_-][A-Za-z]+){1,6}|my[_-](?:secret|password|token|api|key)(?:[_-][A-Za-z]+){0,3})|<[^<>]*>|!vault\b.*|\$\{?[A-Z_a-z]+\}?(?::\$\{?[A-Z_a-z]+\}?)?|id=\w+)$/i

const LONGEST_PLACEHOLDER = 200
/** Of a value that begins in what is public, the share that has to lie there: a sign or a word behind it may have come along. */
const MOST = 0.6

/** What in a text is public, disjoint and in order. Offsets in UTF-16 code units, end exclusive. */
export const publicMaterial = ofLastText((text): readonly Span[] => {
  const spans = PUBLIC.flatMap((pattern) =>
    Array.from(pattern.matchesIn(text), ({ index, 0: { length } }) => ({ start: index, end: index + length })),
  ).sort((a, b) => a.start - b.start)
  const merged: Span[] = []
  for (const { start, end } of spans) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
})

/** Whether a value is no secret: most of it lies in what is public, or it stands where one will be. @param material in order */
export function isPublic(text: string, { start, end }: Span, material: readonly Span[]): boolean {
  const one = material[firstBehind(material, start)]
  if (one !== undefined && Math.min(end, one.end) - Math.max(start, one.start) >= MOST * (end - start)) return true
  return end - start <= LONGEST_PLACEHOLDER && PLACEHOLDER.test(text.slice(start, end))
}
