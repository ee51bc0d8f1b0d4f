// Cards to choose from: a title, a line below it, a colour. A click takes one.

import { newest } from "../viz_core.kit/shared.js"

function show(component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".cards")
  const mark = (name) => {
    for (const card of root.children) card.setAttribute("aria-pressed", card.dataset.name === name)
  }
  const old = new Map([...root.children].map((card) => [card.dataset.name, card]))
  for (const { name, title, line, colour } of data.cards) {
    let card = old.get(name)
    if (!card) {
      card = document.createElement("button")
      card.dataset.name = name
      card.append(document.createElement("strong"), document.createElement("span"))
      root.append(card)
    }
    old.delete(name)
    card.style.setProperty("--card", colour)
    card.firstChild.textContent = title
    card.lastChild.textContent = line
    card.onclick = () => {
      mark(name) // at once; the picture follows
      setTriggerValue("taken", name)
      if (data.leads) document.querySelector(data.leads)?.scrollIntoView({ block: "start" })
    }
  }
  for (const card of old.values()) card.remove()
  root.setAttribute("aria-label", data.label)
  root.style.setProperty("--columns", data.columns)
  mark(data.own)
  const own = root.querySelector("[aria-pressed=true]")
  if (own)
    root.scrollLeft = own.offsetLeft - root.offsetLeft - (root.clientWidth - own.offsetWidth) / 2
}

export default newest(show)
