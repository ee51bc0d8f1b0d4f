// Every head of every layer: the grid of all, the sentence, the map of one, its words and its table.

import gridView from "../viz_core.kit/head_grid.js"
import stripView from "../viz_core.kit/token_strip.js"
import { inkOn, pixelTable, rgb } from "../viz_core.kit/shared.js"

const SIDES = [10, 44] // px, smallest and largest side of a cell
const WIDE = 620 // px that a map fills if its cells may be as large
const N_NAMED = 5 // looks that the summary names

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name])

function node(tag, className, text, ...inside) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  made.append(...inside)
  return made
}

async function inflated(text) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

let count = 0

// A payload as the kit's views read it: stamp, length, JSON, numbers.
function packed(head, numbers) {
  let text = new TextEncoder().encode(JSON.stringify(head))
  const padded = new Uint8Array(text.length + ((4 - (text.length % 4)) % 4)).fill(32)
  padded.set(text)
  const whole = new Uint8Array(12 + padded.length + numbers.byteLength)
  const view = new DataView(whole.buffer)
  view.setUint32(0, 1, true)
  view.setUint32(4, ++count, true)
  view.setUint32(8, padded.length, true)
  whole.set(padded, 12)
  whole.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), 12 + padded.length)
  return whole
}

class Explorer {
  constructor(root, told, numbers, styles) {
    this.told = told
    this.numbers = numbers
    this.stack = 0
    ;[this.layer, this.head, this.word] = told.at
    this.scheme = "light"
    this.grid = this.mount(styles.head_grid, GRID)
    this.strip = this.mount(styles.token_strip, STRIP)
    this.title = node("h3")
    this.canvas = node("canvas", "map")
    this.canvas.tabIndex = 0
    this.canvas.setAttribute("role", "img")
    this.canvas.setAttribute("aria-label", told.words.map)
    this.said = node("p", "caption")
    this.said.setAttribute("aria-live", "polite")
    this.summary = node("p")
    this.table = node("details", "", undefined, node("summary", "", told.words.table), node("div", "table"))
    this.table.ontoggle = () => this.fillTable()
    const left = node("div", "column", undefined, this.title, node("div", "picture", undefined, this.canvas), this.said, this.summary, this.table)
    const right = node("div", "column", undefined, this.grid)
    left.style.flex = "3 1 0"
    right.style.flex = "2 1 0"
    root.replaceChildren(...this.choices(), this.strip, node("div", "columns", undefined, left, right), node("p", "caption", told.words.exact))
    this.canvas.onpointermove = (event) => this.point(event)
    this.canvas.onclick = (event) => this.pick(this.cellAt(event)?.[0] ?? this.word)
    this.canvas.onkeydown = (event) => this.press(event)
  }

  mount(style, markup) {
    const host = node("div", "view")
    const shadow = host.attachShadow({ mode: "open" })
    const sheet = node("style", "", style)
    const body = node("template")
    body.innerHTML = markup // ours, a constant
    shadow.append(sheet, body.content)
    return host
  }

  choices() {
    if (this.told.stacks.length < 2) return []
    const select = node("select")
    this.told.stacks.forEach(({ name }, n) => select.append(new Option(name, n)))
    select.onchange = () => {
      this.stack = Number(select.value)
      const { n_layer: layers, n_head: heads, queries } = this.now
      this.layer = Math.min(this.layer, layers - 1)
      this.head = Math.min(this.head, heads - 1)
      this.word = Math.min(this.word, queries.length - 1)
      this.paint(this.scheme)
    }
    return [node("label", "", `${this.told.words.stack} `, select)]
  }

  get now() {
    return this.told.stacks[this.stack]
  }

  get part() {
    const start = this.told.stacks.slice(0, this.stack).reduce((sum, { size }) => sum + size, 0)
    return this.numbers.slice(start, start + this.now.size)
  }

  // weights of the opened head, a byte each
  get weights() {
    const { n_layer: layers, n_head: heads, queries, keys } = this.now
    const size = queries.length * keys.length
    const start = layers * heads * 20 + (this.layer * heads + this.head) * size
    return this.part.subarray(start, start + size)
  }

  weight(query, key) {
    return this.weights[query * this.now.keys.length + key] / 255
  }

  paint(scheme) {
    this.scheme = scheme
    const { words, themes } = this.told
    const theme = themes[scheme]
    const { n_layer, n_head, queries, keys } = this.now
    const head = { shape: [queries.length, keys.length], n_layer, n_head, selected: [this.layer, this.head], amounts: theme.amounts, muted: theme.muted, faint: theme.faint, mark: theme.mark, font: theme.font, name: words.name, measures: words.measures, label: words.grid }
    const open = (_name, { layer, head: opened }) => {
      this.layer = layer
      this.head = opened
      this.paintHead()
    }
    gridView({ data: packed(head, this.part), parentElement: this.grid.shadowRoot, setTriggerValue: open })
    this.paintHead()
  }

  paintHead() {
    const { words, themes } = this.told
    const theme = themes[this.scheme]
    const { keys, queries, groups, crosses } = this.now
    const head = { tokens: keys, queries: crosses ? queries : null, groups, word: this.word, reverse: false, amounts: theme.amounts, mark: theme.mark, label: words.strip }
    const wide = Uint16Array.from(this.weights, (byte) => byte * 257)
    stripView({ data: packed(head, wide), parentElement: this.strip.shadowRoot, setTriggerValue: (_name, word) => this.pick(word) })
    this.drawMap()
    this.tell()
  }

  pick(word) {
    if (word === this.word) return
    this.word = word
    this.paintHead()
  }

  tell() {
    const { words } = this.told
    const { queries, keys, crosses } = this.now
    const best = (query) => {
      let found = -1
      for (let key = 0; key < keys.length; key++)
        if ((crosses || key !== query) && (found < 0 || this.weight(query, key) > this.weight(query, found))) found = key
      return found
    }
    const bare = (text) => text.replace(/^·(?=.)/, "")
    const name = fill(words.name, { layer: this.layer, head: this.head })
    const key = best(this.word)
    this.title.textContent = `${key < 0 ? "" : fill(words.looks, { query: bare(queries[this.word]), key: bare(keys[key]), share: this.weight(this.word, key).toFixed(2) })} · ${name}`
    const looks = queries.map((_query, n) => [n, best(n)]).filter(([, k]) => k >= 0)
    looks.sort(([a, b], [c, d]) => this.weight(c, d) - this.weight(a, b))
    this.summary.textContent = `${name}: ${looks.slice(0, N_NAMED).map(([q, k]) => fill(words.summary, { query: bare(queries[q]), key: bare(keys[k]), share: this.weight(q, k).toFixed(2) })).join("; ")}.`
    if (this.table.open) this.fillTable()
  }

  fillTable() {
    if (!this.table.open) return
    const { queries, keys } = this.now
    const head = node("tr", "", undefined, node("th"), ...keys.map((key) => node("th", "", key)))
    const rows = queries.map((query, q) => node("tr", "", undefined, node("th", "", query), ...keys.map((_key, k) => node("td", "", this.weight(q, k).toFixed(2)))))
    this.table.lastChild.replaceChildren(node("table", "", undefined, head, ...rows))
  }

  get room() {
    const { queries, keys } = this.now
    const side = Math.max(SIDES[0], Math.min(SIDES[1], Math.floor(WIDE / keys.length)))
    const widest = Math.max(...queries.map((word) => word.length))
    return { side, left: Math.min(130, 16 + 8 * widest), top: Math.min(110, 16 + 7 * Math.max(...keys.map((word) => word.length))) }
  }

  drawMap() {
    const { queries, keys, causal } = this.now
    const theme = this.told.themes[this.scheme]
    const { side, left, top } = this.room
    const [wide, tall] = [left + side * keys.length + 8, top + side * queries.length + 8]
    const ratio = window.devicePixelRatio || 1
    Object.assign(this.canvas, { width: wide * ratio, height: tall * ratio })
    Object.assign(this.canvas.style, { width: `${wide}px`, height: `${tall}px` })
    const pen = this.canvas.getContext("2d")
    pen.scale(ratio, ratio)
    const pixels = pixelTable(theme.amounts)
    const colour = (byte) => {
      const pixel = pixels[byte]
      return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]
    }
    pen.font = `${Math.max(9, Math.min(15, side - 1))}px ${theme.font}`
    pen.textBaseline = "middle"
    const gap = side > 14 ? 1 : 0
    for (let q = 0; q < queries.length; q++)
      for (let k = 0; k < keys.length; k++) {
        const byte = this.weights[q * keys.length + k]
        const fillStyle = causal && k > q ? theme.faint : `rgb(${colour(byte).join(",")})`
        const [x, y] = [left + k * side, top + q * side]
        pen.globalAlpha = causal && k > q ? 0.25 : 1
        pen.fillStyle = fillStyle
        pen.fillRect(x, y, side - gap, side - gap)
        pen.globalAlpha = 1
        if (side >= 34 && byte >= 26 && !(causal && k > q)) {
          pen.fillStyle = inkOn(colour(byte))
          pen.textAlign = "center"
          pen.fillText((byte / 255).toFixed(2).replace(/^0|\.00$/g, ""), x + side / 2, y + side / 2)
        }
      }
    pen.fillStyle = theme.text
    pen.textAlign = "right"
    queries.forEach((word, q) => pen.fillText(word, left - 5, top + (q + 0.5) * side, left - 8))
    pen.textAlign = "left"
    keys.forEach((word, k) => {
      pen.save()
      pen.translate(left + (k + 0.5) * side, top - 6)
      pen.rotate(-Math.PI / 3)
      pen.fillText(word, 0, 0)
      pen.restore()
    })
    pen.strokeStyle = `rgb(${rgb(theme.mark).join(",")})`
    pen.lineWidth = 2
    pen.strokeRect(left - 1, top + this.word * side - 1, side * keys.length + 1, side + 1)
    if (this.key !== undefined) pen.strokeRect(left + this.key * side, top + this.word * side, side - 1, side - 1)
  }

  cellAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect()
    const { side, left, top } = this.room
    const [q, k] = [Math.floor((clientY - box.top - top) / side), Math.floor((clientX - box.left - left) / side)]
    return q >= 0 && k >= 0 && q < this.now.queries.length && k < this.now.keys.length ? [q, k] : null
  }

  tellCell(q, k) {
    const { queries, keys, causal } = this.now
    if (causal && k > q) return void (this.said.textContent = "")
    this.said.textContent = fill(this.told.words.cell, { row: queries[q], column: keys[k], value: this.weight(q, k).toFixed(2) })
  }

  point(event) {
    const cell = this.cellAt(event)
    if (cell) this.tellCell(...cell)
  }

  press(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const { queries, keys } = this.now
    const query = Math.max(0, Math.min(queries.length - 1, this.word + step[0]))
    this.key = Math.max(0, Math.min(keys.length - 1, (this.key ?? 0) + step[1]))
    if (query !== this.word) this.pick(query)
    else this.drawMap()
    this.tellCell(query, this.key)
  }
}

const GRID = '<div class="grid"><div class="scroller"><canvas tabindex="0"></canvas></div><div class="tip" role="tooltip" hidden></div></div>'
const STRIP = '<div class="strip" tabindex="0" role="listbox"></div><div class="said" aria-live="polite"></div>'

// Fills the explorers below an element; gives what paints them in a scheme.
export async function startExplorers(root, styles) {
  const made = []
  for (const host of root.querySelectorAll(".explorer")) {
    const told = JSON.parse(host.dataset.told)
    made.push(new Explorer(host, told, await inflated(host.dataset.numbers), styles))
  }
  return (scheme) => made.forEach((one) => one.paint(scheme))
}
