// The page of whoever follows a lecture: the view that is shown, the question that is asked.

import { startViews, tellWherePointed } from "../viz_core.alive/handout.js"
import { drawAsked, drawResult, fill } from "../viz_core.kit/ask.js"

const main = document.querySelector("main")
const { code } = main.dataset
const words = JSON.parse(main.dataset.words)
const banner = document.querySelector(".banner")
const state = document.querySelector(".state")
const alone = document.querySelector(".alone")
const ask = document.querySelector(".ask")
const dark = matchMedia("(prefers-color-scheme: dark)")
const memory = `guess-${code}-`

let shown = ""
let newest = 0

function say(name, lost = false) {
  state.textContent = words[name]
  banner.classList.toggle("lost", lost)
}

const viewOf = async (name) => (await import(`/stage/views/${name}.js`)).default

async function showView(key) {
  const name = `${key} ${dark.matches}`
  if (!key || name === shown) return
  const mine = ++newest
  const answer = await fetch(`/r/${code}/view/${key}?scheme=${dark.matches ? "dark" : "light"}`)
  if (answer.status === 409) return // the next state says what is shown instead
  const told = await answer.json()
  if (mine !== newest) return
  shown = name
  if (!answer.ok) {
    const line = document.createElement("p")
    line.textContent = fill(words.unseen, { reason: told.error })
    main.replaceChildren(line)
    return
  }
  const at = scrollY
  main.innerHTML = told.body // made and escaped by the app's own pages
  document.title = told.title
  scrollTo({ top: at, behavior: "instant" })
  await startViews(main, viewOf)
}

async function send(number, guess) {
  const answer = await fetch(`/r/${code}/guess`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ number, guess }),
  }).catch(() => null)
  if (answer?.ok) sessionStorage.setItem(memory + number, guess)
  return answer?.ok ? "" : answer?.status === 409 ? words.late : words.failed
}

function apply(told) {
  if (told.ended) {
    say("ended")
    ask.hidden = true
    stream.close()
    return
  }
  say("following")
  const asked = told.asked
  const guessed = asked && sessionStorage.getItem(memory + asked.number)
  ask.hidden = !asked
  main.hidden = !told.view
  alone.hidden = !told.address
  if (told.address) alone.href = told.address
  if (asked && told.result) drawResult(ask, words, asked, told.result, guessed)
  else if (asked) drawAsked(ask, words, asked, guessed, send)
  showView(told.view).catch(() => say("lost", true))
}

let last = null
const stream = new EventSource(`/r/${code}/events`)
stream.addEventListener("state", ({ data }) => apply((last = JSON.parse(data))))
stream.onerror = () => say("lost", true)
stream.onopen = () => say("following")
dark.addEventListener("change", () => last && showView(last.view))
tellWherePointed(document.body)
