/** Takes a span of text, 0..1, and whether its shape alone tells. */
export type AddSecret = (start: number, end: number, score: number, isFormat: boolean) => void

/** Values that hold no secret. */
export const NOTHING =
  /^(?:null|nil|none|true|false|undefined|string|str|text|number|integer|boolean|object|array|any|bool|int|required(?:\|[a-z0-9:|]+)?|optional|redacted|uint8array|uint8clampedarray|buffer|base64|utf-?8|sha-?[0-9]+|md5|scram-sha-[0-9]+|bcrypt|argon2(?:id?|d)?|[hre]s(?:256|384|512)|oauth2?|hidden|n\/a|empty|changeme|password|passwort|secret|token|xxx+|\*+|\.+|…|-+|_+|\?+)$/i
/** References to where the secret really is. */
export const REFERENCE =
  /^(?:\$|%[A-Za-z_]|<|\{\{|\{%|process\.env|os\.|env\.|getenv|data\.|local\.|var\.|module\.|system\.|config\.|settings\.|self\.|!*this\.|vault:|env:|ssm:|secretref|ref:|sh\.helm\.release\.|\[|\^|!vault|\.{0,2}\/|~\/)|[()]|=>/i

/** The same of what stands in quotes, where brackets may be a password's own. */
const QUOTED_REFERENCE =
  /^(?:\$\{?[A-Za-z_]|%[A-Za-z_]+%?$|<[^<>]*>$|\{\{|\{%|vault:|env:[A-Z]|ssm:|secretref|ref:|\.{0,2}\/|~\/)|^[\w.]+\(.*\)$|=>/i

/** Whether a value in quotes says where the secret is instead of being it. */
export function isReference(value: string): boolean {
  return QUOTED_REFERENCE.test(value) || /^[a-z]+(?:_[a-z]+)*_(?:password|passwd|pwd|secret|token|key)$/.test(value)
}

/** Digits among letters of both cases, or so many of one that no word is as long. */
export function isRandom(value: string): boolean {
  if (!/[0-9].*[A-Za-z].*[0-9]|[a-z].*[0-9].*[A-Z]|[A-Z].*[0-9].*[a-z]|[0-9].*[a-z].*[A-Z]/.test(value)) return false
  return (/[a-z]/.test(value) && /[A-Z]/.test(value)) || /^[0-9a-f]{24,}$/i.test(value)
}

/** A letter with a digit or a sign. */
export function isOdd(value: string): boolean {
  return /[a-z]/i.test(value) && /[0-9!@#$%^&*+~]/.test(value)
}

/** Letters of both cases or a sign, and digits, and no name of code, host or mailbox. */
export function isPasswordLike(value: string): boolean {
  if (
    value.length < 8 ||
    !/[0-9]/.test(value) ||
    !/[a-z]/i.test(value) ||
    /[/\\]|^[a-z0-9_]+$|^[A-Z0-9_]+$/.test(value)
  )
    return false
  if (
    /^[\w.+-]+@[\w-]+\.[\w.]+$|^[\w-]+(?:\.[\w-]+)+$|password|passw/i.test(value) &&
    !/[a-z]\.[A-Z].*[0-9]/.test(value)
  )
    return false
  return /[!@#$%^&*+~]/.test(value) || (/[a-z]/.test(value) && /[A-Z]/.test(value))
}

/** What a key looks like and a name of code hardly: letters of both cases and digits that take turns. */
export function isKeyLike(value: string): boolean {
  const turns = value.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])/g)?.length ?? 0
  return (value.match(/[0-9]/g)?.length ?? 0) > 1 && /[a-z]/.test(value) && /[A-Z]/.test(value) && turns > 5
}

/** What algorithms, machines and versions are called. */
export function isTechnical(value: string): boolean {
  return /^(?:sha|md|base|utf|ipv|o?auth|http|web|log|argon|bcrypt|scrypt|pbkdf|aes|rsa|ed|ecdsa|win(?:dows)?|office|php|py(?:thon)?|java|node|db|srv|host|server|app|user|test|line|rev|build|level|tier|version|v|chapter|section|step|page|room|day|week|kw|tls|ssl)[-_]?[0-9][0-9a-z.]{0,6}$/i.test(
    value,
  )
}

/** Without the punctuation of the sentence at its end. */
export function trimmed(value: string): string {
  return value.replace(/[.,;:!?)\]}]{1,8}$/, '')
}
