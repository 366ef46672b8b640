/** The shape of names, in the file and in bodies of the API. */
import { z } from 'zod'
import { roleNames } from '../domain/access/roles.ts'

export const name = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'must be 1 to 128 letters, digits and the characters _ . : -')
export const tenantId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits and the characters . _ -')
export const region = z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 small letters, digits and dashes')
export const modelName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/, "must be a model's name")
export const modelPattern = z
  .string()
  .regex(/^[A-Za-z0-9._:/*-]{1,128}$/, "must be a model's name, in which * stands for any run")
export const toolPattern = z
  .string()
  .regex(/^[A-Za-z0-9_.:*-]{1,128}$/, "must be a tool's name, in which * stands for any run")
export const role = z.enum(roleNames)

/** Characters; a shorter key could be guessed from its hash. */
export const minKeyLength = 16
export const maxKeyLength = 512
