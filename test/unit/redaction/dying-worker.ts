import { parentPort } from 'node:worker_threads'

// The engine's thread, which dies of one text.
parentPort?.on('message', ({ texts }: { texts?: string[] }) => {
  if (texts?.[0] === 'die') process.exit(1)
})
await import('../../../src/adapters/pii/builtin/worker.ts')
