import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { IDENTIFIER_TAGS } from '../../../domain/redaction/names/decode-identifiers.ts'
import { TAGS } from '../../../domain/redaction/names/decode-spans.ts'
import { PalimpsestError } from '../../../errors.ts'

/** Raised when features, tags or windows change: weights of another format would be read wrongly. */
const FORMAT = 2

const file = z.strictObject({ bytes: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
const table = z.strictObject({ rows: z.int().positive(), width: z.int().positive(), scale: z.number().positive() })
const tagsOf = (known: readonly string[]) => z.array(z.string()).refine((tags) => tags.join() === known.join())
const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.string().min(1).max(40),
  tags: tagsOf(TAGS),
  identifierTags: tagsOf(IDENTIFIER_TAGS),
  outsideWeight: z.number().positive().max(1),
  tables: z.strictObject({ pieces: table, grams: table }),
  files: z.strictObject({ 'names.onnx': file, 'pieces.bin': file, 'grams.bin': file, 'vocabulary.txt': file }),
})

/** Vectors in int8, row by row; a value times `scale` is what it stands for. */
export interface Table {
  rows: number
  width: number
  scale: number
  values: Int8Array
}

/** The weights of the name model and what is needed to read its answers. */
export interface ModelFiles {
  version: string
  outsideWeight: number
  /** The net, as ONNX. */
  net: Uint8Array
  /** Vectors of word pieces. */
  pieces: Table
  /** Vectors of letter groups. */
  grams: Table
  /** Word pieces by id, one a line. */
  vocabulary: string
}

/**
 * Reads a model folder and checks every file against the manifest's length and SHA-256.
 *
 * @throws PalimpsestError `name_model_invalid` when a file is missing, damaged, or of another version than this program reads.
 */
export async function readModelFiles(folder: string): Promise<ModelFiles> {
  const { version, outsideWeight, tables, files } = parseManifest(await readBytes(folder, 'manifest.json'))
  const read = (name: keyof typeof files): Promise<Uint8Array> => readChecked(folder, name, files[name])
  const [net, pieces, grams, vocabulary] = await Promise.all([
    read('names.onnx'),
    read('pieces.bin'),
    read('grams.bin'),
    read('vocabulary.txt'),
  ])
  return {
    version,
    outsideWeight,
    net,
    pieces: { ...tables.pieces, values: signed(pieces) },
    grams: { ...tables.grams, values: signed(grams) },
    vocabulary: new TextDecoder().decode(vocabulary),
  }
}

const signed = (bytes: Uint8Array): Int8Array => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function parseManifest(bytes: Uint8Array): z.infer<typeof manifestSchema> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw invalid('manifest.json', 'is no JSON', cause)
  }
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) throw invalid('manifest.json', `is of another version than format ${FORMAT}`, parsed.error)
  return parsed.data
}

async function readChecked(folder: string, name: string, want: z.infer<typeof file>): Promise<Uint8Array> {
  const bytes = await readBytes(folder, name)
  if (bytes.byteLength !== want.bytes) {
    throw invalid(name, `has ${bytes.byteLength} bytes, the manifest says ${want.bytes}`)
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== want.sha256) throw invalid(name, 'has another SHA-256 than the manifest says')
  return bytes
}

async function readBytes(folder: string, name: string): Promise<Uint8Array> {
  return readFile(join(folder, name)).catch((cause: unknown) => {
    throw invalid(name, 'cannot be read', cause)
  })
}

function invalid(name: string, what: string, cause?: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'name_model_invalid',
    status: 500,
    message: `The name model's ${name} ${what}. Restore the folder models/names of this release.`,
    cause,
  })
}
