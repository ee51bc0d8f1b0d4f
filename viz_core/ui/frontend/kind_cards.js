// Five kinds of model as cards; a click takes one.

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".cards")
  const mark = (kind) => root.querySelectorAll("button").forEach((card) => card.setAttribute("aria-pressed", card.dataset.kind === kind))
  const cards = data.cards.map(({ kind, name, promise, colour }) => {
    const card = document.createElement("button")
    card.dataset.kind = kind
    card.style.setProperty("--kind", colour)
    const title = document.createElement("strong")
    title.textContent = name
    const line = document.createElement("span")
    line.textContent = promise
    card.append(title, line)
    card.onclick = () => {
      mark(kind) // at once; the picture follows
      setTriggerValue("taken", kind)
    }
    return card
  })
  root.replaceChildren(...cards)
  root.setAttribute("aria-label", data.label)
  root.style.setProperty("--size", data.size)
  mark(data.own)
  const own = root.querySelector("[aria-pressed=true]")
  if (own) root.scrollLeft = own.offsetLeft - root.offsetLeft - (root.clientWidth - own.offsetWidth) / 2
}
