/** The folder of a deployment in the anchor store, so that deployments may share one: `anchors/audit-example-com`. */
export function storeFolder(kind: 'anchors' | 'tombstones', deployment: string): string {
  return `${kind}/${deployment.toLowerCase().replace(/[^a-z0-9-]+/g, '-')}`
}
