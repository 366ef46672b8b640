import {
  type HeadObjectCommandOutput,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { EXPIRY_TAG } from './upload.ts'

export interface VersionPlace {
  Bucket: string
  Key: string
  VersionId: string
}

/** A legal hold keeps a version from being removed, the tag keeps the lifecycle rules from hiding it. */
export async function setHold(client: S3Client, place: VersionPlace, on: boolean): Promise<void> {
  const hold = new PutObjectLegalHoldCommand({ ...place, LegalHold: { Status: on ? 'ON' : 'OFF' } })
  // The hold stands whenever the tag says so.
  if (on) await client.send(hold)
  await tag(client, place, on ? 'held' : 'due')
  if (!on) await client.send(hold)
}

async function tag(client: S3Client, place: VersionPlace, Value: 'due' | 'held'): Promise<void> {
  await client.send(new PutObjectTaggingCommand({ ...place, Tagging: { TagSet: [{ Key: EXPIRY_TAG, Value }] } }))
}

export async function lock(client: S3Client, place: VersionPlace, lockUntil: number): Promise<void> {
  const Retention = { Mode: 'COMPLIANCE' as const, RetainUntilDate: new Date(lockUntil) }
  await client.send(new PutObjectRetentionCommand({ ...place, Retention }))
}

/** A store may keep whole seconds. */
export function isLockedUntil(head: HeadObjectCommandOutput, lockUntil: number): boolean {
  return head.ObjectLockMode === 'COMPLIANCE' && (head.ObjectLockRetainUntilDate?.getTime() ?? 0) >= lockUntil - 1000
}

/** Whether the store refuses to remove a version now. */
export function isKept(head: HeadObjectCommandOutput): boolean {
  const until = head.ObjectLockMode === undefined ? 0 : (head.ObjectLockRetainUntilDate?.getTime() ?? 0)
  return head.ObjectLockLegalHoldStatus === 'ON' || until > Date.now()
}
