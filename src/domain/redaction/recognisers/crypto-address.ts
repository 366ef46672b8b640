import { createHash } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { validate } from 'bitcoin-address-validation'
import type { Candidate, Recogniser } from '../recogniser.ts'
import { matchesInTokens } from '../token-runs.ts'
import { hasContextBefore } from './context-words.ts'
import { isKeyLike } from './secret-shape.ts'

const BITCOIN =
  /(?<![A-Za-z0-9])(?:[13mn2][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc1|tb1|BC1|TB1)[0-9A-Za-z]{8,87})(?![A-Za-z0-9])/g
/** Tron, Litecoin, Dogecoin, Dash: Base58Check of a byte for the coin and twenty more. */
const OTHER_COINS = /(?<![A-Za-z0-9])[TLMDX][1-9A-HJ-NP-Za-km-z]{32,34}(?![A-Za-z0-9])/g
/** Coins whose addresses show their checks to nobody else, or have none: Solana, Monero, Ripple, Cardano. */
const UNCHECKED =
  /(?<![A-Za-z0-9])(?:[1-9A-HJ-NP-Za-km-z]{32,44}|[48][1-9A-HJ-NP-Za-km-z]{94}|r[1-9A-HJ-NP-Za-km-z]{24,34}|addr1[0-9a-z]{50,100})(?![A-Za-z0-9])/g
const COIN =
  /(?<![a-z])(?:wallet|sol(?:ana)?|xmr|monero|xrp|ripple|ada|cardano|crypto|krypto\w*|usdt|usdc|phantom|portfel\w*|cartera|portefeuille|portafoglio|carteira)(?![a-z])/i
/** Names of wallets in the Ethereum Name Service. */
const NAME_OF_WALLET = /(?<![\w.@/-])[a-z0-9-]{3,40}\.eth(?![\w.-]*\w)/g
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const ETHEREUM = /(?<![A-Za-z0-9])0[xX][0-9a-fA-F]{40}(?![A-Za-z0-9])/g
const CONTEXT = /wallet|ether|\beth\b|crypto|address|send|token|usdt|usdc|0x/i
/** Checks of one text; what comes after them counts as right. */
const MAX_CHECKS = 2_000

/**
 * Addresses of Bitcoin and its kin (Base58Check, bech32) and Ethereum (EIP-55); of the latter also without its checksum in one
 * case; those of other coins behind a word for a wallet.
 */
export const cryptoAddress: Recogniser = {
  name: 'crypto-address',
  entityTypes: ['CRYPTO'],
  overLines: true,
  find(text) {
    const found: Candidate[] = []
    let checks = 0
    const add = (start: number, length: number, score: number): void => {
      found.push({
        entityType: 'CRYPTO',
        start,
        end: start + length,
        score,
        evidence: score > 0.9 ? 'checksum' : 'format',
      })
    }
    for (const match of matchesInTokens(text, BITCOIN)) {
      if (!/[0-9]/.test(match[0].slice(1))) continue
      checks += 1
      if (checks > MAX_CHECKS || validate(match[0])) add(match.index, match[0].length, 1)
    }
    for (const match of matchesInTokens(text, OTHER_COINS)) {
      checks += 1
      if (checks > MAX_CHECKS || hasBase58Check(match[0])) add(match.index, match[0].length, 1)
    }
    if (COIN.test(text))
      for (const match of matchesInTokens(text, UNCHECKED))
        if ((isKeyLike(match[0]) || match[0].startsWith('addr1')) && hasContextBefore(text, match.index, COIN, 48))
          add(match.index, match[0].length, 0.7)
    for (const { index, 0: name } of text.includes('.eth') ? text.matchAll(NAME_OF_WALLET) : [])
      add(index, name.length, 0.7)
    for (const match of matchesInTokens(text, ETHEREUM)) {
      const hex = match[0].slice(2)
      if (/^(.)\1*$/.test(hex)) continue
      const isOneCase = hex === hex.toLowerCase() || hex === hex.toUpperCase()
      checks += 1
      if (isOneCase) add(match.index, match[0].length, 0.8)
      else if (checks > MAX_CHECKS || hasChecksum(hex)) add(match.index, match[0].length, 1)
      else if (hasContextBefore(text, match.index, CONTEXT)) add(match.index, match[0].length, 0.6)
    }
    return found
  },
}

/** Whether the last four bytes are the beginning of the double SHA-256 of the others. */
function hasBase58Check(address: string): boolean {
  let number = 0n
  for (const unit of address) number = number * 58n + BigInt(BASE58.indexOf(unit))
  const bytes = Buffer.from(number.toString(16).padStart(50, '0'), 'hex')
  const sha = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest()
  return (
    bytes.length === 25 &&
    sha(sha(bytes.subarray(0, 21)))
      .subarray(0, 4)
      .equals(bytes.subarray(21))
  )
}

/** EIP-55: a letter is a capital where the hash of the lower-case digits has a nibble of 8 or more. */
function hasChecksum(hex: string): boolean {
  const lower = hex.toLowerCase()
  const hash = keccak_256(new TextEncoder().encode(lower))
  for (let i = 0; i < 40; i += 1) {
    const nibble = ((hash[i >> 1] ?? 0) >> (i % 2 === 0 ? 4 : 0)) & 15
    const unit = lower[i] ?? ''
    if ((nibble >= 8 ? unit.toUpperCase() : unit) !== hex[i]) return false
  }
  return true
}
