const at = (id) => document.getElementById(id)
const POLL_MS = 700
let following = 0

function make(name, { text, className } = {}, ...children) {
  const element = document.createElement(name)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  element.append(...children)
  return element
}

async function json(path, init) {
  const answer = await fetch(path, init)
  const body = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Error(body.error ?? `The review answers ${answer.status}.`)
  return body
}

function say(text, isError = false) {
  at('message').textContent = text
  at('message').className = isError ? 'error' : ''
}

const { model } = await json('/about')
at('model').textContent =
  `Model: ${model}.${model.startsWith('simulated/') ? ' It is simulated and repeats the page: clauses are read from its headings.' : ''}`

at('sample').addEventListener('click', () => void bring('/reviews?sample=yes'))
at('file').addEventListener('change', () => {
  const [file] = at('file').files
  if (file) void bring(`/reviews?name=${encodeURIComponent(file.name)}`, file)
  // The same one may be chosen again.
  at('file').value = ''
})
for (const name of ['dragover', 'dragleave', 'drop']) {
  at('drop').addEventListener(name, (event) => {
    event.preventDefault()
    at('drop').classList.toggle('over', name === 'dragover')
    const file = name === 'drop' && event.dataTransfer.files[0]
    if (file) void bring(`/reviews?name=${encodeURIComponent(file.name)}`, file)
  })
}
// A review goes on whether or not somebody looks: its address brings one back to it.
addEventListener('hashchange', () => void follow(location.hash.slice(1)))
if (location.hash !== '') void follow(location.hash.slice(1))

async function bring(path, body) {
  say('The document is brought in …')
  at('review').hidden = true
  try {
    const { id } = await json(path, { method: 'POST', ...(body && { body }) })
    if (location.hash === `#${id}`) void follow(id)
    else location.hash = id
  } catch (error) {
    say(error.message, true)
  }
}

async function follow(id) {
  const own = ++following
  at('review').hidden = true
  for (;;) {
    try {
      const review = await json(`/reviews/${id}`)
      if (own !== following) return
      show(id, review)
      if (review.state !== 'running') return
    } catch (error) {
      if (own !== following) return
      say(error.message, true)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function show(id, review) {
  const { state, progress, error, results, pages } = review
  at('review').hidden = error !== null
  at('name').textContent = review.name
  if (error) return say(`${review.name}: ${error.message}`, true)
  const done = progress?.done ?? results.length
  say(
    state === 'running'
      ? progress
        ? ''
        : 'Nobody works on it for the moment: it goes on when the worker is back.'
      : 'Done.',
  )
  if (progress && pages === 0) say('The document is being read …')
  if (state === 'completed' && pages > 0 && results.every(({ outcome }) => outcome === 'no_text')) {
    say('No page has text: it is a scan, and nothing of it was sent. Bring it with text, from an OCR program.', true)
  }
  at('bar').max = Math.max(pages, 1)
  at('bar').value = done
  const outcomes = progress?.outcomes ?? []
  at('pages').replaceChildren(...outcomes.map((outcome, index) => pageMark(index + 1, outcome)))
  const reviewed = results.filter(({ outcome }) => outcome === 'reviewed')
  const noText = results.filter(({ outcome }) => outcome === 'no_text').length
  const failed = results.filter(({ outcome }) => outcome === 'failed').length
  at('figures').replaceChildren(
    ...[
      ['Pages', `${done} of ${pages || '…'}`],
      ['Clauses', String(reviewed.reduce((sum, { clauses }) => sum + clauses.length, 0))],
      ['Cost', money(review.costUsd)],
      ['Cost per page', money(review.costPerPageUsd)],
      ['Time per page', reviewed.length === 0 ? '…' : `${median(reviewed.map(({ tookMs }) => tookMs))} ms (median)`],
      ...(noText > 0 ? [['Without text', `${noText}: scanned pages, of which nothing was sent`]] : []),
      ...(failed > 0 ? [['Failed', String(failed)]] : []),
    ].map(([name, value]) => make('div', {}, make('dt', { text: name }), make('dd', { text: value }))),
  )
  at('clauses').replaceChildren(...results.flatMap(rowsOf))
  at('downloads').hidden = state !== 'completed'
  at('json').href = `/reviews/${id}/result.json`
  at('csv').href = `/reviews/${id}/result.csv`
}

/** Without the zeros at its end, from the third place on. */
function money(usd) {
  return `$${usd.replace(/(\.\d\d\d*?)0+$/, '$1')}`
}

function pageMark(page, outcome) {
  const mark = make('li', { text: String(page), className: outcome ?? '' })
  mark.title = `Page ${page}: ${{ reviewed: 'reviewed', no_text: 'without text', failed: 'failed' }[outcome] ?? 'not done yet'}`
  return mark
}

function rowsOf(result) {
  if (result.outcome === 'failed') {
    return [row(result.page, '', `This page could not be reviewed: ${result.code}`, '', result.request ?? '')]
  }
  if (result.outcome !== 'reviewed') return []
  return result.clauses.map(({ number, title, summary }) => row(result.page, number, title, summary, result.request))
}

function row(page, number, title, summary, request) {
  const cells = [String(page), number, title, summary].map((text) => make('td', { text }))
  return make('tr', {}, ...cells, make('td', {}, make('code', { text: request })))
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
