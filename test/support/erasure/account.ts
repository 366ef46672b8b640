/** What `GET /v1/disclosures` answers. */
export interface Account {
  disclosures: {
    id: string
    shown: string
    status: string
    entry: string | null
    purpose: string | null
    recipient: { key: string }
  }[]
  next_after: string | null
}
