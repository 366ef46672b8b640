import type { CertifiedRecipient } from '../domain/erasure/certificate-facts.ts'

/** What the ledger still tells of an erased person, counted. */
export interface KeptFacts {
  /** Of the case's subjects, with the names that stand in their place. */
  subjects: { pseudonym: string; dataKeyId: string; token: string }[]
  entries: number
  disclosures: number
  recipients: CertifiedRecipient[]
}

/** What an erasure's certificate is made of, and where it rests. Safe for concurrent use; safe to repeat. */
export interface ErasurePapers {
  kept(caseId: string): Promise<KeptFacts>
  /** Keeps a certificate where there is none yet; gives the one that stands. */
  keepCertificate(caseId: string, certificate: string): Promise<string>
}

/** Signs texts with the key of a tenant's log that is in force. */
export interface NoteSigner {
  /** The log's origin and so the key's name. */
  origin(tenantId: string): Promise<string>
  /** A C2SP signed note over this text. @throws KmsUnavailable: the same call may succeed later. */
  sign(tenantId: string, text: string): Promise<string>
}
