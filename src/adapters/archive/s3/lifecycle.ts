import type { LifecycleRule as S3Rule, TransitionStorageClass } from '@aws-sdk/client-s3'
import type { LifecycleRule } from '../../../domain/retention/lifecycle.ts'
import { EXPIRY_TAG } from './upload.ts'

/** What the ids of the archive's rules below a prefix begin with: all others are somebody else's and stay. */
const ours = (keyPrefix: string) => (keyPrefix === '' ? 'palimpsest-' : `palimpsest@${keyPrefix}-`)
/** Days after which a torn upload's parts go. */
const UPLOADS_DAYS = 7

/**
 * A rule of the archive as two of S3's: one that moves, and takes away what uploads left; one that expires, only what carries
 * the tag `palimpsest-expiry=due`, which what is on hold does not. S3 takes no tag beside the parts of uploads.
 */
export function toS3Rules(rules: readonly LifecycleRule[], keyPrefix: string): S3Rule[] {
  return rules.flatMap((rule): S3Rule[] => {
    const Prefix = `${keyPrefix}${rule.prefix}`
    const { toColder, removeAfterDays } = rule
    return [
      {
        ID: `${ours(keyPrefix)}${rule.id}-place`,
        Status: 'Enabled',
        Filter: { Prefix },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: UPLOADS_DAYS },
        ...(toColder !== null && {
          Transitions: [{ Days: toColder.afterDays, StorageClass: toColder.storageClass as TransitionStorageClass }],
        }),
      },
      {
        ID: `${ours(keyPrefix)}${rule.id}-expiry`,
        Status: 'Enabled',
        Filter: { And: { Prefix, Tags: [{ Key: EXPIRY_TAG, Value: 'due' }] } },
        NoncurrentVersionExpiration: { NoncurrentDays: rule.removeOldVersionsAfterDays },
        ...(removeAfterDays !== null && { Expiration: { Days: removeAfterDays } }),
      },
    ]
  })
}

/**
 * What stands in a bucket that differs from what was asked, a sentence each: fields of our rules, rules of ours that nobody
 * asked for, and rules of others that would take the archive's objects.
 */
export function compareRules(
  asked: readonly S3Rule[],
  found: readonly S3Rule[],
  { keyPrefix, prefixes }: { keyPrefix: string; prefixes: readonly string[] },
): string[] {
  const standing = new Map(found.map((rule) => [rule.ID, rule]))
  const wanted = new Set(asked.map(({ ID }) => ID))
  return [
    ...asked.flatMap((rule) => differences(rule, standing.get(rule.ID))),
    ...found
      .filter((rule) => isOurs(rule, keyPrefix) && !wanted.has(rule.ID))
      .map(({ ID }) => `The rule ${ID} is in force and was not asked for.`),
    ...found
      .filter((rule) => !isOurs(rule, keyPrefix) && takesFrom(rule, prefixes))
      .map(
        ({ ID }) => `The rule ${ID ?? 'without a name'}, which is not the archive's, removes objects of the archive.`,
      ),
  ]
}

export function isOurs({ ID = '' }: S3Rule, keyPrefix: string): boolean {
  return ID.startsWith(ours(keyPrefix))
}

function differences(asked: S3Rule, found: S3Rule | undefined): string[] {
  if (found === undefined) return [`The rule ${asked.ID} is not in force.`]
  const left = fieldsOf(asked)
  const right = fieldsOf(found)
  return [...left.keys()]
    .filter((field) => left.get(field) !== right.get(field))
    .map((field) => `The rule ${asked.ID} has ${field} ${right.get(field)}, not ${left.get(field)}.`)
}

function fieldsOf(rule: S3Rule): Map<string, string> {
  const { And } = rule.Filter ?? {}
  const tags = And?.Tags ?? (rule.Filter?.Tag ? [rule.Filter.Tag] : [])
  const transitions = rule.Transitions ?? []
  return new Map([
    ['the status', String(rule.Status)],
    ['the prefix', And?.Prefix ?? rule.Filter?.Prefix ?? rule.Prefix ?? ''],
    ['the tags', tags.map(({ Key, Value }) => `${Key}=${Value}`).join(' ') || 'none'],
    ['bounds on sizes', String(And?.ObjectSizeGreaterThan ?? And?.ObjectSizeLessThan ?? 'none')],
    ['the days to expiry', String(rule.Expiration?.Days ?? rule.Expiration?.Date ?? 'none')],
    ['the days to a colder class', transitions.map(({ Days }) => `${Days}`).join(' ') || 'none'],
    ['the colder class', transitions.map(({ StorageClass }) => `${StorageClass}`).join(' ') || 'none'],
    ['the days of old versions', String(rule.NoncurrentVersionExpiration?.NoncurrentDays ?? 'none')],
    ['the days of torn uploads', String(rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? 'none')],
  ])
}

/** Whether a rule of somebody else removes what lies below one of the prefixes, also what is on hold. */
function takesFrom(rule: S3Rule, prefixes: readonly string[]): boolean {
  const { Days, Date: day } = rule.Expiration ?? {}
  if (rule.Status !== 'Enabled' || (!Days && !day && !rule.NoncurrentVersionExpiration)) return false
  const { And, Tag } = rule.Filter ?? {}
  const tags = And?.Tags ?? (Tag ? [Tag] : [])
  // Objects of the archive carry the one tag only.
  if (tags.some(({ Key }) => Key !== EXPIRY_TAG)) return false
  const prefix = And?.Prefix ?? rule.Filter?.Prefix ?? rule.Prefix ?? ''
  return prefixes.some((one) => one.startsWith(prefix) || prefix.startsWith(one))
}
