import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3'

export interface S3Version {
  id: string
  isMarker: boolean
}

/** Versions and delete markers of one key, newest first. */
export async function versionsOf(client: S3Client, bucket: string, key: string): Promise<S3Version[]> {
  const versions: S3Version[] = []
  const markers: S3Version[] = []
  let from: { KeyMarker?: string; VersionIdMarker?: string } = {}
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...from }))
    for (const { Key, VersionId = 'null' } of page.Versions ?? [])
      if (Key === key) versions.push({ id: VersionId, isMarker: false })
    for (const { Key, VersionId = 'null' } of page.DeleteMarkers ?? [])
      if (Key === key) markers.push({ id: VersionId, isMarker: true })
    if (!page.IsTruncated || page.NextKeyMarker !== key) return [...versions, ...markers]
    from = { KeyMarker: key, ...(page.NextVersionIdMarker && { VersionIdMarker: page.NextVersionIdMarker }) }
  }
}

/**
 * The version of a key that counts, also where a later one or a delete marker hides it: nothing that comes later can take the
 * place of what was put first. Undefined: there is none.
 */
export async function oldestVersion(client: S3Client, bucket: string, key: string): Promise<string | undefined> {
  return (await versionsOf(client, bucket, key)).filter(({ isMarker }) => !isMarker).at(-1)?.id
}

/** Keys that have a version, in order. */
export async function* keysOf(client: S3Client, bucket: string, prefix: string): AsyncIterable<string> {
  let last: string | undefined
  let from: { KeyMarker?: string; VersionIdMarker?: string } = {}
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }))
    for (const { Key } of page.Versions ?? []) {
      if (Key === undefined || Key === last) continue
      last = Key
      yield Key
    }
    if (!page.IsTruncated || page.NextKeyMarker === undefined) return
    from = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextVersionIdMarker && { VersionIdMarker: page.NextVersionIdMarker }),
    }
  }
}
