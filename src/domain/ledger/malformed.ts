import { PalimpsestError } from '../../errors.ts'

/** Evidence (a note, proof, leaf, key or batch) that does not have the form docs/ledger.md specifies. Never holds data. */
export function malformed(message: string): PalimpsestError {
  return new PalimpsestError({ code: 'ledger_malformed', status: 422, message })
}

/** Evidence that is well formed and wrong: a signature, a path or a commitment that does not hold. Never holds data. */
export function doesNotHold(message: string): PalimpsestError {
  return new PalimpsestError({ code: 'ledger_evidence_invalid', status: 422, message })
}

/** Evidence that nobody who is trusted has signed, so that it cannot be judged. */
export function untrusted(message: string): PalimpsestError {
  return new PalimpsestError({ code: 'ledger_signer_unknown', status: 422, message })
}

/** An entry that must not be written: a field has a value the format does not allow. Names the field, never its value. */
export function invalidEntry(field: string, rule: string): PalimpsestError {
  return new PalimpsestError({
    code: 'ledger_entry_invalid',
    status: 500,
    message: `The ledger entry's field ${field} ${rule}.`,
  })
}

/** A caller asked for something that does not exist in a tree of that size. */
export function outOfRange(message: string): PalimpsestError {
  return new PalimpsestError({ code: 'ledger_out_of_range', status: 422, message })
}
