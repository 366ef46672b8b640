// How the gateway's process is kept small. V8 sizes its heaps by the machine's memory: on a large one it lets a few
// hundred megabytes of garbage lie that a gateway has no use for; glibc adds an arena for every thread.

/**
 * Arguments of Node: new space per thread and the whole heap, in megabytes; and how many threads collect garbage. V8 takes four,
 * which on two processors keep the requests of the moment waiting: each full collection showed as 60 to 90 ms of theirs.
 */
export const LEAN_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=512', '--v8-pool-size=1']

/**
 * Regular expressions become machine code at once. V8 reads each with an interpreter first, and again whenever it has thrown
 * code away; the engine's patterns, a few hundred that are met in every text, then cost a quarter to a half more.
 */
export const PATTERNS_FLAG = '--no-regexp-tier-up'

/**
 * What NODE_OPTIONS may not hold. How far the heap may grow beyond what lived at the last full collection before there is
 * another one: V8 takes half as much again and more, and a gateway's garbage is most of it.
 */
export const V8_FLAGS = ['--heap-growing-percent=10', PATTERNS_FLAG]

/** Loads sources whose types were taken out before (strip-types.mjs), without the compiler that Node takes for it. */
export const STRIPPED_FLAG = `--import=${new URL('load-stripped.mjs', import.meta.url)}`

/** Variables of the process. */
export const LEAN_ENV = { MALLOC_ARENA_MAX: '1' }

/** The same, less what the environment says already by NODE_OPTIONS or by itself. */
export function leanStart(env) {
  const said = env.NODE_OPTIONS ?? ''
  return {
    flags: [...LEAN_FLAGS.filter((flag) => !said.includes(flag.split('=')[0])), ...V8_FLAGS, STRIPPED_FLAG],
    env: { ...LEAN_ENV, ...env },
  }
}
