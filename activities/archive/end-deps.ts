import type { ArchiveRows } from '../../src/ports/archive-rows.ts'
import type { EndingArchives } from '../../src/ports/ending-archives.ts'
import type { ArchiveDeps } from './deps.ts'

/** What stands behind the end of archived text, whatever ends it. */
export interface EndDeps extends ArchiveDeps {
  ending: EndingArchives
  rows: ArchiveRows
}
