import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type S3Client,
  type LifecycleRule as S3Rule,
} from '@aws-sdk/client-s3'
import type { LifecycleRule } from '../../../domain/retention/lifecycle.ts'
import { statusOf } from './connect.ts'
import { compareRules, isOurs, toS3Rules } from './lifecycle.ts'

export interface RuledBucket {
  client: S3Client
  bucket: string
  prefix: string
}

/** A store may go on telling what was in force a moment ago. */
const READ_BACK_ATTEMPTS = 5
const READ_BACK_AFTER_MS = 1_000

/** Takes the place of the archive's rules, leaves those of others, and reads back. Gives the differences. */
export async function applyRules(place: RuledBucket, rules: readonly LifecycleRule[]): Promise<string[]> {
  const { client, bucket, prefix } = place
  const found = await readRules(place)
  const Rules = [...found.filter((rule) => !isOurs(rule, prefix)), ...toS3Rules(rules, prefix)]
  if (Rules.length > 0) {
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules } }))
  } else if (found.length > 0) {
    await client.send(new DeleteBucketLifecycleCommand({ Bucket: bucket }))
  }
  for (let attempt = 1; ; attempt++) {
    const differences = await compareWith(place, rules)
    if (differences.length === 0 || attempt === READ_BACK_ATTEMPTS) return differences
    await sleep(READ_BACK_AFTER_MS)
  }
}

export async function compareWith(place: RuledBucket, rules: readonly LifecycleRule[]): Promise<string[]> {
  const { prefix: keyPrefix } = place
  const prefixes = rules.map((rule) => `${keyPrefix}${rule.prefix}`)
  return compareRules(toS3Rules(rules, keyPrefix), await readRules(place), { keyPrefix, prefixes })
}

async function readRules({ client, bucket }: RuledBucket): Promise<S3Rule[]> {
  try {
    const { Rules = [] } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }))
    return Rules
  } catch (error) {
    if (statusOf(error) === 404 && (error as Error).name === 'NoSuchLifecycleConfiguration') return []
    throw error
  }
}
