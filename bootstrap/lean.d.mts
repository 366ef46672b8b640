export declare const LEAN_FLAGS: string[]
export declare const PATTERNS_FLAG: string
export declare const V8_FLAGS: string[]
export declare const STRIPPED_FLAG: string
export declare const LEAN_ENV: { MALLOC_ARENA_MAX: string }
export declare function leanStart(env: NodeJS.ProcessEnv): { flags: string[]; env: NodeJS.ProcessEnv }
