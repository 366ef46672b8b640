import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3'

/** Takes back uploads that nobody completed, of keys that `prefix` begins, that were begun before a time. Gives how many. */
export async function abortUploads(
  client: S3Client,
  bucket: string,
  prefix: string,
  isLeft: (key: string, begunAt: number) => boolean,
): Promise<number> {
  let aborted = 0
  let from: { KeyMarker?: string; UploadIdMarker?: string } = {}
  for (;;) {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...from }))
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined || !isLeft(Key, Initiated?.getTime() ?? 0)) continue
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
      aborted++
    }
    if (!page.IsTruncated || page.NextKeyMarker === undefined) return aborted
    from = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextUploadIdMarker && { UploadIdMarker: page.NextUploadIdMarker }),
    }
  }
}
