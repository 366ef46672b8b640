import type { PolicyFile } from '../../config/schema.ts'
import { hidden, hiddenChanges } from '../../domain/policy/listed-values.ts'
import type { CurrentPolicy, PolicyVersion } from '../../ports/tenant-policies.ts'

/** The policy in force. @param ofFile what the file says of the tenant, with labels */
export function policyJson(current: CurrentPolicy, ofFile: PolicyFile, fileHasChanged: boolean) {
  const isSet = current.document !== null
  return {
    version: current.version,
    managed_by: isSet ? 'api' : 'file',
    set_by: current.setBy,
    set_at: time(current.setAt),
    // What the file says has no effect while it is managed by the API.
    ...(isSet && { file_changed_since: fileHasChanged }),
    policy: hidden(current.document ?? ofFile),
    effective: hidden(current.effective),
  }
}

export function versionHeadJson(version: Omit<PolicyVersion, 'document' | 'effective' | 'changes'>) {
  return {
    id: version.id,
    version: version.version,
    previous_version: version.previousVersion,
    source: version.source,
    set_by: version.setBy,
    set_at: time(version.setAt),
  }
}

export function versionJson(version: PolicyVersion) {
  const { document, effective, changes } = version
  return {
    ...versionHeadJson(version),
    policy: hidden(document),
    effective: hidden(effective),
    changes: hiddenChanges(changes),
  }
}

function time(at: number): string {
  return new Date(at).toISOString()
}
