// The bar of whoever leads a room, the question on the hall's screen, and what the speaker's view asks.

import { drawResult, fill, node } from "../viz_core.kit/ask.js"
import { newest } from "../viz_core.kit/shared.js"

function show({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".stage")
  const { code, words, leads, asked, result } = data
  const act = (what) => setTriggerValue("do", { do: what, at: Date.now() })
  const counts = (root.counts ??= { here: node("span", "here"), guesses: node("span", "guesses") })
  root.replaceChildren(card(data, counts), bar(data, counts, act))
  root.known = data.version
  root.act = act
  root.leads = leads
  if (asked && !result) root.querySelector(".card").hidden = false
  if (root.code !== code) listen(root, code, words)
  return undefined
}

function bar({ code, language, words, leads, asked, result, paused, can_ask: canAsk }, counts, act) {
  const button = (name, label, first = false) => {
    const made = node("button", first ? "first" : "", label)
    made.type = "button"
    made.onclick = () => act(name)
    return made
  }
  const link = (href, label) => {
    const made = node("a", "", label)
    made.href = href
    made.target = "_blank"
    return made
  }
  const steps = []
  if (!leads) steps.push(node("span", "", words.elsewhere), button("lead", words.lead, true))
  else if (!asked && canAsk) steps.push(button("ask", words.ask, true))
  else if (asked && !result) steps.push(button("reveal", words.reveal, true))
  if (leads && asked) steps.push(button("done", words.done))
  if (leads && !asked) steps.push(button("pause", paused ? words.go_on : words.pause))
  return node(
    "div",
    paused ? "bar paused" : "bar",
    undefined,
    node("strong", "", `${words.room} ${code}`),
    node("span", "join", fill(words.join, { address: `${location.host}/r` })),
    counts.here,
    counts.guesses,
    ...steps,
    link(`/r/${code}/code?lang=${language}`, words.code),
    link(`/r/${code}/speaker?lang=${language}`, words.speaker),
  )
}

function card({ asked, result, words, code }, counts) {
  const made = node("div", "card")
  made.hidden = !asked
  if (!asked) return made
  if (result) drawResult(made, words, asked, result)
  else {
    made.append(node("p", "prompt", asked.prompt), node("p", "options"), node("p", "large"))
    made.querySelector(".options").append(...asked.options.map((one) => node("span", "", one)))
    made.querySelector(".large").append(`${location.host}/r · ${code} `, counts.guesses.cloneNode(true))
    made.querySelector(".large .guesses").classList.add("copy")
  }
  return made
}

function listen(root, code, words) {
  root.stream?.close()
  root.code = code
  const stream = (root.stream = new EventSource(`/r/${code}/lead/events`))
  stream.addEventListener("counts", ({ data }) => {
    const { here = 0, guesses = 0 } = JSON.parse(data)
    root.counts.here.textContent = fill(words.here, { n: here })
    for (const one of root.querySelectorAll(".guesses"))
      one.textContent = guesses || one.classList.contains("copy") ? fill(words.guesses, { n: guesses }) : ""
  })
  stream.addEventListener("state", ({ data }) => {
    const state = JSON.parse(data)
    if (state.ended) {
      stream.close()
      root.querySelector(".bar").replaceChildren(words.ended)
      return
    }
    const told = state.told ? JSON.parse(state.told) : null
    if (!told || !root.leads || !root.isConnected || state.version <= root.known) return
    root.known = state.version
    if (told.do === "go") location.assign(told.address)
    else root.act(told.do)
  })
}

export default newest(show)
