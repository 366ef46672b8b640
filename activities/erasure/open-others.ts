import { setImmediate } from 'node:timers/promises'
import { openText, openValues } from '../../src/domain/requests/sealing.ts'
import { type DataKey, sealedKeyId, UnsealError } from '../../src/domain/sealing/seal.ts'
import { KeyDestroyed, KeyLost, type KeyService } from '../../src/ports/key-service.ts'
import type { OthersText, OthersValue, TextStretch } from '../../src/ports/mention-texts.ts'
import type { ErasureGate } from '../../src/ports/tombstones.ts'

export interface OpenedStretch {
  texts: { text: OthersText; opened: string; dataKey: DataKey }[]
  values: { value: OthersValue; opened: string }[]
  /** Texts that nobody can open: their key is destroyed or lost, or they are damaged. */
  unreadable: number
}

type Keys = Pick<KeyService, 'dataKey'>

export interface OpenDeps {
  keys: Keys
  gate: Pick<ErasureGate, 'requireReplayed'>
}

/**
 * Opens what others wrote. A key that is destroyed or lost, and a text that is damaged, are counted; an unknown key is an error,
 * and a KMS that is away one that passes.
 */
export async function openStretch(
  { keys, gate }: OpenDeps,
  tenantId: string,
  { texts, values }: Pick<TextStretch, 'texts' | 'values'>,
): Promise<OpenedStretch> {
  await gate.requireReplayed()
  const known = await openKeys(
    keys,
    [...texts, ...values].map(({ sealed }) => keyIdOf(sealed)),
  )
  const opened: OpenedStretch = { texts: [], values: [], unreadable: 0 }
  for (const text of texts) {
    const dataKey = known.get(keyIdOf(text.sealed))
    const said = dataKey && (await openOne(() => openText(rowOf(tenantId, text), dataKey, text.group, text.sealed)))
    if (dataKey === undefined || said === undefined) opened.unreadable += 1
    else opened.texts.push({ text, opened: said, dataKey })
  }
  for (const value of values) {
    const dataKey = known.get(keyIdOf(value.sealed))
    const stored = { placeholder: value.placeholder, entityType: '', sealedValue: value.sealed }
    const said = dataKey && (await openOne(() => openValues(rowOf(tenantId, value), dataKey, [stored])[0]?.value))
    if (said !== undefined) opened.values.push({ value, opened: said })
  }
  return opened
}

/** What names a text's place for its sealing. */
export function rowOf(tenantId: string, { entryId, subjectPseudonym }: { entryId: string; subjectPseudonym: string }) {
  return { requestId: entryId, subjectPseudonym, context: { tenantId } }
}

/** Keys that are unwrapped at once. */
const AT_ONCE = 8

async function openKeys(keys: Keys, keyIds: readonly string[]): Promise<Map<string, DataKey>> {
  const opened = new Map<string, DataKey>()
  const queue = [...new Set(keyIds)].filter((keyId) => keyId !== '')
  const work = async () => {
    for (let keyId = queue.shift(); keyId !== undefined; keyId = queue.shift()) {
      try {
        opened.set(keyId, await keys.dataKey(keyId))
      } catch (error) {
        if (!(error instanceof KeyDestroyed || error instanceof KeyLost)) throw error
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return opened
}

/** '' where it is no sealed blob. */
function keyIdOf(sealed: Uint8Array): string {
  try {
    return sealedKeyId(sealed)
  } catch (error) {
    if (error instanceof UnsealError) return ''
    throw error
  }
}

async function openOne(open: () => string | undefined): Promise<string | undefined> {
  // Requests are served beside it, in the same process.
  await setImmediate()
  try {
    return open()
  } catch (error) {
    if (error instanceof UnsealError || isMalformed(error)) return undefined
    throw error
  }
}

function isMalformed(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ledger_malformed'
}
