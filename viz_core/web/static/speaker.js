// The speaker's view: notes, the next stop, time, participants, guesses; keys and a clicker.

import { startViews } from "../viz_core.alive/handout.js"
import { drawResult, fill, node } from "../viz_core.kit/ask.js"

const desk = document.querySelector(".desk")
const { code } = desk.dataset
const stops = JSON.parse(desk.dataset.stops)
const words = JSON.parse(desk.dataset.words)
const find = (selector) => document.querySelector(selector)
const { lang } = document.documentElement
const memory = `stop-${code}-${find("select").value}`
const opened = Date.now()

let at = Math.min(Number(sessionStorage.getItem(memory) ?? 0), stops.length - 1)
let version = 0

async function order(values) {
  const answer = await fetch(`/r/${code}/lead/do?lang=${lang}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(values),
  }).catch(() => null)
  find(".state").textContent = answer?.ok ? "" : words.failed
}

function tell() {
  const stop = stops[at]
  find(".at").textContent = fill(words.stop, { at: at + 1, n: stops.length })
  find(".now h1").textContent = stop.title
  find(".notes").textContent = stop.notes + (stop.asks ? `\n${words.asks}` : "")
  find(".previous").disabled = at === 0
  find(".next").disabled = at === stops.length - 1
  showNext(stops[at + 1])
}

const viewOf = async (name) => (await import(`/stage/views/${name}.js`)).default

async function showNext(stop) {
  find(".soon").textContent = stop ? stop.title : words.last
  const room = find(".coming .handout")
  room.replaceChildren()
  if (!stop) return
  const mine = ++version
  const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"
  const address = `/r/${code}/lead/next?lang=${lang}&scheme=${scheme}&at=${encodeURIComponent(stop.address)}`
  const answer = await fetch(address)
  if (!answer.ok || mine !== version) return
  room.innerHTML = (await answer.json()).body // made and escaped by the app's own pages
  await startViews(room, viewOf)
}

function go(step) {
  const to = at + step
  if (!stops[to]) return
  at = to
  sessionStorage.setItem(memory, at)
  tell()
  order({ do: "go", address: stops[at].address })
}

const acts = {
  ArrowRight: () => go(1),
  PageDown: () => go(1),
  ArrowLeft: () => go(-1),
  PageUp: () => go(-1),
  a: () => order({ do: "ask" }),
  r: () => order({ do: "reveal" }),
  g: () => order({ do: "done" }),
}
addEventListener("keydown", (event) => {
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key]
  if (!act || event.altKey || event.ctrlKey || event.metaKey || event.target.matches("select")) return
  event.preventDefault()
  act()
})
find(".next").onclick = acts.PageDown
find(".previous").onclick = acts.PageUp
find(".asks").onclick = acts.a
find(".reveals").onclick = acts.r
find(".goes").onclick = acts.g
find(".close").onclick = () => confirm(words.sure) && order({ do: "close" })
find("select").onchange = ({ target }) => target.form.submit()

const stream = new EventSource(`/r/${code}/lead/events`)
stream.addEventListener("state", ({ data }) => {
  const told = JSON.parse(data)
  find(".state").textContent = told.ended ? words.ended : ""
  if (told.ended) stream.close()
  const asked = told.asked
  const ask = find(".ask")
  find(".asks").disabled = Boolean(asked)
  find(".reveals").disabled = !asked || Boolean(told.result)
  find(".goes").disabled = !asked
  if (asked && told.result) drawResult(ask, words, asked, told.result)
  else ask.replaceChildren(...(asked ? [node("p", "prompt", asked.prompt)] : []))
})
stream.addEventListener("counts", ({ data }) => {
  const counts = JSON.parse(data)
  find(".here").textContent = fill(words.here, { n: counts.here ?? 0 })
  find(".guesses").textContent = counts.guesses ? fill(words.guesses, { n: counts.guesses }) : ""
  const waiting = counts.waiting ?? []
  find(".waiting").hidden = !waiting.length
  find(".waiting .options").replaceChildren(
    ...waiting.map((guess) => {
      const button = node("button", "", guess)
      button.type = "button"
      button.onclick = () => order({ do: "approve", guess }).then(() => (button.disabled = true))
      return button
    }),
  )
})
stream.onerror = () => (find(".state").textContent = words.lost)
stream.onopen = () => (find(".state").textContent = "")

function tick() {
  const now = new Date()
  find(".clock").textContent = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
  const minutes = Math.floor((now - opened) / 60000)
  find(".elapsed").textContent = `${minutes} min ${words.elapsed}`
}
setInterval(tick, 5000)
tick()
tell()
