import { z } from 'zod'

/** The app's own id of a person, as a member of a body or a query. */
export const userSchema = z
  .string()
  .min(1)
  .max(512)
  .refine((value) => value.isWellFormed())

/** A person as the ledger names them. */
export const pseudonymSchema = z.string().regex(/^sub_[0-9a-f]{32}$/)
