const at = (id) => document.getElementById(id)
const [turnsList, form, field, send, evidence] = ['turns', 'ask', 'question', 'send', 'evidence'].map(at)
const session = crypto.randomUUID()
const said = []
const SAMPLE =
  'Hello, this is Ann Lee (ann.lee@example.com, +1 415 555 2671). I move to 12 Beech Road, Leeds LS1 4AP in March. Which days of leave can I take for it, and does my IBAN DE89 3704 0044 0532 0130 00 still stand in the payroll?'

/** An element; text goes in as text, whatever stands in it. */
function make(name, { text, className, ...rest } = {}, ...children) {
  const element = Object.assign(document.createElement(name), rest)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  element.append(...children)
  return element
}

async function json(path, init) {
  const answer = await fetch(
    path,
    init && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(init) },
  )
  const body = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Error(body.error?.message ?? body.error ?? `The helpdesk answers ${answer.status}.`)
  return body
}

const about = await json('/about')
at('model').textContent =
  `Model: ${about.model}.${about.model.startsWith('simulated/') ? ' It is simulated and repeats what it is told.' : ''}`
at('sample').addEventListener('click', () => {
  field.value = SAMPLE
  field.focus()
})
at('user').addEventListener('change', () => {
  said.length = 0
  turnsList.replaceChildren()
  clearEvidence()
})
field.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
})
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const text = field.value.trim()
  if (text === '' || send.disabled) return
  send.disabled = true
  field.value = ''
  try {
    await ask(text)
  } finally {
    send.disabled = false
    field.focus()
  }
})

async function ask(text) {
  const own = make('p', { text })
  turnsList.append(make('li', { className: 'turn user' }, own))
  said.push({ role: 'user', content: text })
  void json('/findings', { text }).then(
    (found) => own.replaceChildren(...marked(text, found)),
    () => undefined,
  )
  const words = make('p', { text: '…' })
  const foot = make('footer')
  const item = make('li', { className: 'turn' }, words, foot)
  turnsList.append(item)
  item.scrollIntoView({ block: 'nearest' })
  let answer = ''
  let head = null
  try {
    for await (const event of events({ user: at('user').value, session, turns: said })) {
      if (event.id) head = event
      if (event.text) {
        answer += event.text
        words.textContent = answer
        item.scrollIntoView({ block: 'end' })
      }
      if (event.error) throw new Error(event.error)
    }
    said.push({ role: 'assistant', content: answer })
    if (answer === '') words.textContent = '(The model said nothing.)'
  } catch (error) {
    said.pop()
    foot.append(make('span', { className: 'error', text: error.message }))
  }
  if (head) showFoot(foot, head, text)
  item.scrollIntoView({ block: 'end' })
}

/** The lines of an answer as they come. */
async function* events(question) {
  const answer = await fetch('/questions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  })
  if (!answer.ok)
    throw new Error((await answer.json().catch(() => ({}))).error ?? `The helpdesk answers ${answer.status}.`)
  let rest = ''
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()
    for (const line of lines) yield JSON.parse(line)
  }
}

function showFoot(foot, head, text) {
  const stayed = head.redactions === 1 ? '1 value stayed home' : `${head.redactions} values stayed home`
  const open = make('button', { className: 'link', type: 'button', text: 'Evidence' })
  open.addEventListener('click', () => void showEvidence(head.id, text))
  foot.append(make('span', { text: stayed }), make('span', { text: head.route ?? '' }), open)
}

function clearEvidence(...children) {
  evidence.replaceChildren(make('h2', { text: 'Evidence' }), ...children)
}

async function showEvidence(id, text) {
  clearEvidence(make('p', { className: 'faint', text: 'Reading the ledger …' }))
  evidence.scrollIntoView({ block: 'nearest' })
  try {
    const [entry, proof, found] = await Promise.all([recorded(id), proven(id), json('/findings', { text })])
    clearEvidence(...whatStayed(text, found), ...whatLeft(id), ...ofEntry(id, entry), ...ofProof(id, proof))
  } catch (error) {
    clearEvidence(make('p', { className: 'error', text: error.message }))
  }
}

/** The entry, once it is recorded: a moment after the answer. */
async function recorded(id) {
  for (let tries = 0; ; tries++) {
    const entry = await json(`/answers/${id}`)
    if (entry.state !== 'running' && entry.state !== 'accepted') return entry
    if (tries === 20) throw new Error('The answer is not recorded yet: try again in a moment.')
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

async function proven(id) {
  for (let tries = 0; ; tries++) {
    try {
      return await json(`/answers/${id}/proof`)
    } catch (error) {
      if (tries === 10) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}

function whatStayed(text, found) {
  const kinds = [...new Set(found.map(({ type }) => type))].map((type) => type.toLowerCase().replaceAll('_', ' '))
  return [
    make('h3', { text: 'What stayed in the house' }),
    make('blockquote', {}, ...marked(text, found)),
    make('p', {
      className: 'faint',
      text: kinds.length === 0 ? 'No personal data was found in it.' : `Found in it: ${kinds.join(', ')}.`,
    }),
  ]
}

function whatLeft(id) {
  const shown = make('div')
  const title = make('h3', { text: 'What left the house' })
  if (!about.mayDisclose) {
    return [
      title,
      make('p', { className: 'faint', text: 'Only a privacy officer may read it: this helpdesk has no key of one.' }),
    ]
  }
  const button = make('button', { className: 'quiet', type: 'button', text: 'Show what the model was sent' })
  button.addEventListener('click', async () => {
    button.disabled = true
    try {
      const { sent, disclosure } = await json(`/answers/${id}/sent`, {})
      const note = `This look at it is an entry of its own: ${disclosure}.`
      shown.replaceChildren(make('blockquote', { text: sent }), make('p', { className: 'faint', text: note }))
    } catch (error) {
      shown.replaceChildren(make('p', { className: 'error', text: error.message }))
      button.disabled = false
    }
  })
  shown.append(button)
  return [title, shown]
}

function ofEntry(id, entry) {
  const rows = [
    ['Entry', id],
    ['State', entry.state],
    ['Model', `${entry.route} (${entry.reason})`],
    ['Region', entry.region],
    ['Tokens', `${entry.prompt_tokens} in, ${entry.response_tokens} out`],
    ['Cost', money(entry.cost_usd)],
    ['Took', `${entry.latency_ms} ms`],
    ['Policy', entry.policy_version],
  ]
  return [make('h3', { text: 'Entry in the ledger' }), table(rows)]
}

function ofProof(id, { proof, key }) {
  const lines = proof.split('\n')
  const note = lines.indexOf(
    '',
    lines.findIndex((line) => line.startsWith('index ')),
  )
  const [origin, size, root] = lines.slice(note + 1)
  const index = lines.find((line) => line.startsWith('index '))?.slice(6)
  const file = URL.createObjectURL(new Blob([proof], { type: 'text/plain' }))
  const link = make('a', { href: file, download: `${id}.tlog-proof`, text: 'Download the proof' })
  return [
    make('h3', { text: 'Proof' }),
    table([
      ['Log', origin],
      ['Leaf', `${index} of a tree of ${size}`],
      ['Root', root],
    ]),
    make('p', {}, link),
    make('p', { className: 'faint', text: 'An auditor checks it offline:' }),
    make('code', { text: `npx palimpsest verify ${id}.tlog-proof --trust '${key}'` }),
  ]
}

/** Without the zeros at its end, from the third place on. */
function money(usd) {
  return usd === null ? 'none' : `$${usd.replace(/(\.\d\d\d*?)0+$/, '$1')}`
}

function table(rows) {
  return make(
    'dl',
    {},
    ...rows.flatMap(([name, value]) => [make('dt', { text: name }), make('dd', { text: value ?? 'none' })]),
  )
}

/** A text with what was found in it marked. Places count code points. */
function marked(text, found) {
  const points = Array.from(text)
  const pieces = []
  let from = 0
  for (const { start, end, type } of [...found].sort((a, b) => a.start - b.start)) {
    if (start < from) continue
    pieces.push(
      points.slice(from, start).join(''),
      make('mark', { text: points.slice(start, end).join(''), title: type }),
    )
    from = end
  }
  return [...pieces, points.slice(from).join('')]
}
