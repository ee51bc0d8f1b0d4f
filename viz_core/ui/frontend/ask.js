// A question to the class, as a student sees it, and its result, as everybody does.

export const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all))

export function node(tag, className, text, ...inside) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  made.append(...inside)
  return made
}

export function drawAsked(root, words, asked, guessed, send) {
  if (root.dataset.asked === `${asked.number}`) return // what is being typed stays
  root.dataset.asked = asked.number
  const note = node("p", "note", guessed ? fill(words.guessed, { guess: guessed }) : "")
  async function take(guess) {
    for (const one of root.querySelectorAll("button")) one.disabled = true
    const failed = await send(asked.number, guess)
    for (const one of root.querySelectorAll("button")) one.disabled = false
    note.textContent = failed || fill(words.guessed, { guess })
    if (failed) return
    for (const one of root.querySelectorAll(".option"))
      one.setAttribute("aria-pressed", one.textContent === guess)
  }
  root.replaceChildren(node("h2", "", words.asked), node("p", "prompt", asked.prompt))
  root.append(asked.options.length ? choices(asked, guessed, take) : box(words, guessed, take), note)
}

function choices(asked, guessed, take) {
  const row = node("div", "options")
  for (const option of asked.options) {
    const button = node("button", "option", option)
    button.type = "button"
    button.setAttribute("aria-pressed", option === guessed)
    button.onclick = () => take(option)
    row.append(button)
  }
  return row
}

function box(words, guessed, take) {
  const input = node("input")
  input.maxLength = 80
  input.required = true
  input.value = guessed ?? ""
  input.setAttribute("aria-label", words.type)
  input.placeholder = words.type
  const button = node("button", "first", words.guess)
  const form = node("form", "options", undefined, input, button)
  form.onsubmit = (event) => {
    event.preventDefault()
    if (input.value.trim()) take(input.value.trim())
  }
  return form
}

const percent = (share) => `${Math.round(100 * share)} %`

// The class and the model beside each other, a bar each; guessed: undefined where nobody guesses.
export function drawResult(root, words, asked, result, guessed) {
  root.dataset.asked = ""
  const judged = result.rows.some((row) => row.right)
  const lines = result.rows.map((row) =>
    node(
      "tr",
      row.right ? "is-right" : "",
      undefined,
      node("th", "", row.right ? `✓ ${row.answer}` : row.answer),
      bar(row.share, "class", `${percent(row.share)} (${row.n})`),
      row.prob === null ? node("td") : bar(row.prob, "model", probability(row.prob)),
    ),
  )
  const head = node("tr", "", undefined, node("td"), node("th", "", words.class), node("th", "", result.rows.some((row) => row.prob !== null) ? words.model : ""))
  const counted = fill(judged ? words.n : words.count, {
    n: result.n,
    right: result.n ? percent(result.right / result.n) : "–",
  })
  const others = result.others ? ` · ${fill(words.others, { n: result.others })}` : ""
  root.replaceChildren(
    node("p", "prompt", asked.prompt),
    node("p", "answer", result.answer && fill(words.answer, { answer: result.answer })),
    node("table", "result", undefined, head, ...lines),
    node("p", "note", counted + others),
  )
  if (guessed !== undefined) root.append(node("p", "own", own(words, result, guessed, judged)))
}

function own(words, result, guessed, judged) {
  if (!guessed) return words.none
  if (!judged) return fill(words.yours, { guess: guessed })
  const said = guessed.toLowerCase()
  const right = result.rows.some((row) => row.right && row.answer.toLowerCase() === said)
  return fill(right ? words.rightly : words.wrongly, { guess: guessed })
}

function probability(share) {
  return share > 0 && share < 0.005 ? "< 1 %" : percent(share)
}

function bar(share, name, label) {
  const filled = node("i", name)
  filled.style.width = `${Math.max(share > 0 ? 1 : 0, 100 * share)}%`
  return node("td", "", undefined, node("span", "track", undefined, filled), node("small", "", label))
}
