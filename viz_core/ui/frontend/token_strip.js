// The sentence itself. Hover a word to see where it looks, click to keep it, arrows to move on.

import { colourTable, inkOn, newest, readPayload } from "../viz_core.kit/shared.js"

function show(component) {
  const { data, parentElement, setTriggerValue } = component
  const { head, numbers } = readPayload(data)
  const pickable = head.queries ?? head.tokens // the words that look
  const n = pickable.length
  const wide = head.tokens.length
  const weights = new Uint16Array(numbers.buffer, 0, n * wide)
  const table = colourTable(head.amounts)
  const strip = parentElement.querySelector(".strip")
  const said = parentElement.querySelector(".said")
  // a rerun that lands while the visitor goes on pressing keys must not take the word back
  const state = (strip.state ??= { word: head.word, timer: 0 })
  if (!state.timer) state.word = head.word

  const weight = (from, to) => weights[from * wide + to] / 65535
  function tileOf(token) {
    const tile = document.createElement("span")
    tile.className = "tile"
    const label = document.createElement("span")
    label.textContent = token
    tile.append(label, document.createElement("small"))
    if (/^(<[0-9A-F]{2}>)+$/.test(token)) tile.classList.add("byte")
    return tile
  }
  const tiles = head.tokens.map(tileOf)
  const pickers = head.queries ? head.queries.map(tileOf) : tiles
  pickers.forEach((tile, index) => {
    tile.onmouseenter = () => shade(index)
    tile.onclick = () => pick(index)
    tile.setAttribute("role", "option")
    tile.id = `word-${index}`
    tile.classList.add("picker")
  })
  const nodes = []
  for (let index = 0; index < wide; index++) {
    const group = head.groups.find(([first]) => first === index)
    if (!group) {
      nodes.push(tiles[index])
      continue
    }
    const box = document.createElement("span")
    box.className = "group"
    const character = document.createElement("b")
    character.textContent = group[2]
    const bytes = document.createElement("span")
    bytes.append(...tiles.slice(group[0], group[1]))
    box.append(character, bytes)
    nodes.push(box)
    index = group[1] - 1
  }
  if (head.queries) {
    const line = document.createElement("span")
    line.className = "line"
    nodes.unshift(...pickers, line)
  }
  strip.replaceChildren(...nodes)
  strip.setAttribute("aria-label", head.label)
  strip.style.setProperty("--mark", head.mark)

  function shade(index) {
    tiles.forEach((tile, other) => {
      const share = head.reverse ? weight(other, index) : weight(index, other)
      const colour = table[Math.round(share * 255)]
      tile.style.backgroundColor = `rgb(${colour.join(",")})`
      tile.style.color = inkOn(colour)
      tile.lastChild.textContent = share >= 0.005 ? share.toFixed(2) : ""
      tile.title = `${head.tokens[other]} ${share.toFixed(4)}`
    })
    pickers.forEach((tile, other) => {
      tile.classList.toggle("picked", other === index)
      tile.setAttribute("aria-selected", other === index)
    })
    strip.setAttribute("aria-activedescendant", `word-${index}`)
    strip.dataset.word = index
  }

  function pick(index) {
    state.word = index
    shade(index)
    said.textContent = pickable[index]
    clearTimeout(state.timer)
    state.timer = setTimeout(() => {
      state.timer = 0
      setTriggerValue("picked", state.word)
    }, 150)
  }

  strip.onmouseleave = () => shade(state.word)
  strip.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    pick((state.word + step + n) % n)
  }
  state.word = Math.min(state.word, n - 1)
  shade(state.word)
  return () => clearTimeout(state.timer)
}

export default newest(show)
