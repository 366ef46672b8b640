/** An authority that says when it has seen a digest (RFC 3161). */
export interface TimeStamper {
  /**
   * Asks for a time stamp over SHA-256 of `bytes` and checks the reply in full. Within a few seconds.
   * @returns the reply as it came, DER, and its time in milliseconds since the Unix epoch.
   * @throws PalimpsestError `time_stamp_unavailable` where none came, else what the reply has against it.
   */
  stamp(bytes: Uint8Array): Promise<{ reply: Uint8Array; time: number }>
}
