/**
 * Runs work side by side and gives its results in order. Where one fails the others hear of it by their signal; all have ended when it
 * throws what failed first. @param signal is passed on to each.
 */
export async function sideBySide<T extends readonly unknown[]>(
  signal: AbortSignal,
  works: { readonly [K in keyof T]: (signal: AbortSignal) => Promise<T[K]> },
): Promise<T> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const run = async (work: (signal: AbortSignal) => Promise<unknown>) => {
    try {
      return await work(either)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  }
  const ended = await Promise.allSettled(works.map(run))
  if (failed.signal.aborted) throw failed.signal.reason
  return ended.map((one) => (one.status === 'fulfilled' ? one.value : undefined)) as unknown as T
}
