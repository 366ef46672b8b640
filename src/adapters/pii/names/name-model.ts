import type { NameSource } from '../../../ports/name-source.ts'
import type { ModelFiles } from './model-files.ts'
import { createReadNames } from './read-names.ts'

/**
 * Finds names of persons, places and organisations, and identifiers of persons, by the small net, in this thread: others get
 * their turn between two windows of words. Spans of a text are ordered by start and do not overlap; the same text alone gives the same ones.
 */
export async function createNameModel(files: ModelFiles): Promise<NameSource> {
  const { version } = files
  return { version, read: await createReadNames(files) }
}
