import type { ChatChunk, ChatCompletion, ChatRequest } from '../domain/chat/types.ts'
import type { PlaceholderEntry, RedactedChat } from '../domain/redaction/types.ts'
import type {
  AttemptSummary,
  InboxRequest,
  PreparedInFlight,
  RecordedOutcome,
  SealedResponse,
} from '../domain/requests/types.ts'
import type { DataKey } from '../domain/sealing/seal.ts'
import type { RequestPolicy } from './request-policy.ts'

export type Placeholder = PlaceholderEntry

/** Who waits for a request's answer in this process. Texts carry placeholders: restoring them is the receiver's work. */
export interface Delivery {
  /** Called before the first chunk or the answer. */
  prepared(plan: {
    route: string
    recordSync: boolean
    placeholders: readonly Placeholder[]
    /** False: they stay in the arguments of tool calls. */
    restoreArguments: boolean
  }): void
  /** A part of a stream that is durable. */
  chunk(chunk: ChatChunk): void
  /** The whole answer is durable; the record follows. Where recording is `sync` it waits for `settled`. */
  answered(completion: ChatCompletion): void
  /** The entry is durable. */
  settled(outcome: RecordedOutcome): void
  /** This process no longer holds the request: somebody else finishes it. */
  lost(): void
}

/** A request's place among those that this process works on. Each can be called at any time, any number of times. */
export interface Turn {
  /** Somebody else is waited for: others may have the place. */
  rest(): void
  /** Goes on, even where the place was given away meanwhile. */
  resume(): void
  /** Before an answer is recorded: a tenant with a long line lets another one's request go first, for some milliseconds. */
  giveWay(): Promise<void>
  /** The request has ended, or goes on elsewhere. */
  end(): void
}

/** A redaction that was begun before the workflow asked for it. */
export interface EarlyRedaction {
  /** Of the policy that it follows. */
  policyVersion: string
  redacted: Promise<RedactedChat>
}

/** A request that this process works on. What is missing is read from the store and opened again. */
export interface RequestInFlight {
  readonly inbox: InboxRequest
  readonly dataKey: DataKey
  /** As the app sent it. */
  readonly body: ChatRequest
  delivery: Delivery | null
  prepared: PreparedInFlight | null
  /** The policy that it was prepared under in this process; absent: the newest holds. */
  policy?: RequestPolicy
  /** Taken once; absent: `prepare` redacts by itself. */
  early?: EarlyRedaction | null
  /** The attempt that `prepare` began in this process, at which time, and nobody has called a model for yet. */
  freshAttempt: { attemptNo: number; begunAt: number } | null
  /** The answer as it was stored, until it is recorded. */
  response: SealedResponse | null
  /** The first attempt, where it ended in this process with an answer: it is the only one, because nothing follows that. */
  answeredFirst?: AttemptSummary
  /** The client went away before it had the whole answer. */
  clientGone: boolean
  /** Aborts the call under way: the client is gone and the tenant's policy is not to go on. */
  readonly cancel: AbortController
  /** Rests while a provider is waited for; absent where the request was not accepted by this process. */
  turn?: Turn
  /** Told how many tokens the request used, at its end; the first telling counts. */
  used?: (tokens: number) => void
  /** Called when it is in memory no more. */
  release?: () => void
}

export type { PreparedInFlight }
