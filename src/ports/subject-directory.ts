import type { DataKey } from '../domain/sealing/seal.ts'

export interface Subject {
  pseudonym: string
  dataKey: DataKey
  /** 32 bytes, sealed under the subject's key: session pseudonyms are HMACs under it. */
  sessionSecret: Uint8Array
}

/** A subject whose key was not asked for. */
export interface KnownSubject {
  pseudonym: string
  dataKeyId: string
}

/**
 * Who a request belongs to. Duties: the same identity gives the same subject in every process until it is erased;
 * the pseudonym is random; the identity is stored sealed only. Safe for concurrent use.
 */
export interface SubjectDirectory {
  /** @param identity what the subject is known by within the tenant: `user:<the app's user id>` or `daily:<app>:<day>`. */
  resolve(tenantId: string, identity: string): Promise<Subject>
  /** The same, and nothing that is kept in memory is believed. */
  resolveAnew(tenantId: string, identity: string): Promise<Subject>
  /** The subject of an identity that is known already; nobody is made. */
  find(tenantId: string, identity: string): Promise<KnownSubject | undefined>
  /** The same by its pseudonym, erased or not. */
  byPseudonym(tenantId: string, pseudonym: string): Promise<KnownSubject | undefined>
}
