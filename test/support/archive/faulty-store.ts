import type { ArchiveStore } from '../../../src/ports/archive-store.ts'

type Method = 'check' | 'put' | 'stat' | 'fetch' | 'remove'

/** What a store does in place of itself; it may call itself through `really`. */
export type Faults = {
  [M in Method]?: (really: ArchiveStore, ...args: Parameters<ArchiveStore[M]>) => ReturnType<ArchiveStore[M]>
}

export interface FaultyStore extends ArchiveStore {
  /** From now on; empty: it works. */
  faults: Faults
  /** Names in the order in which objects were put. */
  stored: string[]
}

/** A store whose answers a test chooses. */
export function withFaults(really: ArchiveStore): FaultyStore {
  const store: FaultyStore = {
    faults: {},
    stored: [],
    check: () => (store.faults.check ? store.faults.check(really) : really.check()),
    async put(name, file, options) {
      const outcome = await (store.faults.put?.(really, name, file, options) ?? really.put(name, file, options))
      store.stored.push(name)
      return outcome
    },
    stat: (name) => store.faults.stat?.(really, name) ?? really.stat(name),
    fetch: (name, path, sha256) => store.faults.fetch?.(really, name, path, sha256) ?? really.fetch(name, path, sha256),
    remove: (name) => store.faults.remove?.(really, name) ?? really.remove(name),
    hold: (name, on) => really.hold(name, on),
    list: (prefix) => really.list(prefix),
    applyLifecycle: (rules) => really.applyLifecycle(rules),
    compareLifecycle: (rules) => really.compareLifecycle(rules),
  }
  return store
}

/** As the SDK says that the store is away. */
export function storeAway(): Error {
  return Object.assign(new Error('SlowDown'), { name: 'SlowDown', code: 'SlowDown' })
}
