import { type Connection, isGrpcServiceError } from '@temporalio/client'
import type { NativeConnection } from '@temporalio/worker'
import { searchAttributeNames } from './search-attribute-names.ts'

const KEYWORD = 2
const ALREADY_EXISTS = 6

/** Registers the search attributes where the server does not know them. */
export async function registerSearchAttributes(
  connection: Connection | NativeConnection,
  namespace: string,
): Promise<void> {
  const known = await connection.operatorService.listSearchAttributes({ namespace })
  const missing = Object.values(searchAttributeNames).filter((name) => !(name in (known.customAttributes ?? {})))
  if (missing.length === 0) return
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
    })
  } catch (error) {
    // Another gateway that starts at the same time was faster.
    if (!isGrpcServiceError(error) || error.code !== ALREADY_EXISTS) throw error
  }
}
