// The flow of a sentence through one model. Hover a word to see its path, click a part to open its
// lesson, play to watch the data walk.

const DIM = 0.16
const MORPH = 180 // ms

function readFlow(data) {
  const { head, numbers } = readPayload(data)
  const types = { lengths: Float32Array, gates: Float32Array, influence: Float32Array, probs: Float32Array, weights: Uint16Array, cells: Int8Array }
  const found = (group, name) => {
    const place = head.arrays[group]?.[name]
    if (!place) return null
    const [offset, shape] = place
    const size = shape.reduce((all, one) => all * one, 1)
    return { values: new types[group](numbers.buffer, numbers.byteOffset + offset, size), wide: shape.at(-1) }
  }
  const probs = found("probs", "guesses")
  const recurrent = head.kind === "rnn" || head.kind === "lstm"
  return {
    ...head,
    recurrent,
    signed: colourTable(head.signed),
    amounts: colourTable(head.amounts),
    preNorm: `${head.stacks[0].name}.${head.layer}.norm_1.out` in head.arrays.lengths,
    has: (name) => name in head.arrays.lengths,
    lengths: (name) => found("lengths", name).values,
    cells: (name) => found("cells", name),
    weights: (name) => found("weights", name),
    gates: (name) => found("gates", name)?.values,
    influence: found("influence", "influence")?.values,
    guessesOf: (row) => (head.guesses[row] ?? []).map((word, n) => [word, probs.values[row * probs.wide + n]]),
    nameOf(name, band) {
      const two = head.stacks.length > 1
      const [first, second] = [/^(memory|across)/.test(name), /^(ffn|above|guess)/.test(name)]
      if (two && (band.number === 0 ? second : first)) return ""
      if (name === "words") return two ? head.words[band.name] : ""
      const layer = (first, last) => (first === last ? fill(head.words.layer, { n: first }) : fill(head.words.layers, { first, last }))
      if (name === "below") return layer(0, head.layer - 1)
      if (/above/i.test(name)) return layer(head.layer + 1, head.n_layer - 1)
      if (name.startsWith("cell")) return layer(...Array(2).fill(Number(name.slice(4))))
      return head.parts[partOf(name)]?.label ?? ""
    },
  }
}

class FlowView {
  constructor(root) {
    this.root = root
    for (const name of ["sheet", "stage", "names", "tip", "said", "play", "back", "next", "svg", "png"]) this[name] = root.querySelector(`.${name}`)
    this.canvas = root.querySelector("canvas")
    this.hover = null
    this.beat = null // where the walk is; null while the whole picture is shown
    this.done = 1 // how much of the beat is over
    this.playing = false
    this.play.onclick = () => this.toggle()
    this.next.onclick = () => this.step(1)
    this.back.onclick = () => this.step(-1)
    this.svg.onclick = () => this.save("svg")
    this.png.onclick = () => this.save("png")
    this.canvas.onpointermove = (event) => event.pointerType !== "touch" && this.point(event)
    this.canvas.onpointerleave = () => this.leave()
    this.canvas.onclick = (event) => this.click(event)
    this.canvas.onblur = () => this.leave()
    this.root.onkeydown = (event) => this.key(event)
    this.watcher = new ResizeObserver(() => this.root.clientWidth !== this.wide && this.flow && (this.layout(), this.paint()))
  }

  show(flow, trigger) {
    const before = this.flow && { flow: this.flow, plan: this.plan, base: this.base, scale: this.scale }
    const other = before && (before.flow.model !== flow.model || before.flow.text !== flow.text)
    this.flow = flow
    this.trigger = trigger
    if (!this.picking) this.word = flow.word
    if (other) this.rest()
    this.layout()
    this.label()
    this.watcher.observe(this.root)
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    const alike = before && before.plan.vertical === this.plan.vertical && before.scale === this.scale
    if (other && alike && before.flow.model !== flow.model && !still) this.morph(before)
    else this.paint()
  }

  rest() {
    this.playing = false
    this.beat = null
    this.hover = null
    this.drawn = -1
    this.tip.hidden = true
    cancelAnimationFrame(this.frame)
    clearTimeout(this.waiting)
  }

  leaveStage() {
    this.rest()
    this.watcher.disconnect()
    cancelAnimationFrame(this.morphing)
  }

  // ---- what is drawn ----

  layout() {
    const flow = this.flow
    this.wide = this.root.clientWidth
    const plan = (this.plan = planOf(flow, this.wide || 1200))
    const scene = sceneOf(flow, plan)
    this.shapes = scene.shapes
    this.ribbons = scene.ribbons
    this.words = wordShapes(flow, plan)
    this.nameShapes = nameShapes(flow, plan)
    this.painter = new Painter(flow)
    this.beats = beatsOf(flow, plan)
    if (this.beat !== null) this.beat = Math.min(this.beat, this.beats.length - 1)
    this.drawn = -1
    const ratio = window.devicePixelRatio || 1
    const most = Math.sqrt(36e6 / (plan.width * plan.height)) // px that a browser surely holds
    this.scale = Math.min(ratio * plan.size, most)
    const [w, h] = [plan.width * plan.size, plan.height * plan.size]
    this.canvas.width = Math.round(plan.width * this.scale)
    this.canvas.height = Math.round(plan.height * this.scale)
    this.canvas.style.width = this.stage.style.width = `${w}px`
    this.canvas.style.height = this.stage.style.height = `${h}px`
    this.base = this.layer(this.shapes)
    const kind = flow.colours.kind
    for (const [name, value] of [["size", plan.size], ["kind", kind], ["on-kind", inkOn(rgb(kind))]]) this.root.style.setProperty(`--${name}`, value)
    this.names.replaceChildren(...this.nameShapes.map((name) => this.nameNode(name)))
  }

  // The name of a station; a link where it has a lesson.
  nameNode({ name, label, x, y, anchor }) {
    const opens = this.flow.parts[partOf(name)]?.opens
    const node = document.createElement(opens ? "a" : "span")
    node.textContent = label
    node.dataset.station = name
    node.className = anchor
    node.style.left = `${x * this.plan.size}px`
    node.style.top = `${y * this.plan.size}px`
    if (opens) {
      node.title = fill(this.flow.words.opens, { page: opens })
      node.href = this.address(name)
      node.target = "_top"
    }
    return node
  }

  label() {
    const { words, summary } = this.flow
    this.canvas.setAttribute("aria-label", `${summary} ${words.keys}`)
    this.back.title = this.back.ariaLabel = words.back
    this.next.title = this.next.ariaLabel = words.next
    this.svg.title = this.png.title = words.save
    this.tellState()
  }

  layer(shapes) {
    const sheet = new OffscreenCanvas(this.canvas.width, this.canvas.height)
    const pen = sheet.getContext("2d")
    pen.scale(this.scale, this.scale)
    for (const shape of shapes) this.painter.shape(pen, shape)
    return sheet
  }

  pen() {
    const pen = this.canvas.getContext("2d")
    pen.setTransform(1, 0, 0, 1, 0, 0)
    pen.globalAlpha = 1
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height)
    return pen
  }

  image(pen, sheet, alpha) {
    pen.globalAlpha = alpha
    pen.drawImage(sheet, 0, 0)
    pen.globalAlpha = 1
  }

  paint() {
    const pen = this.pen()
    const scaled = () => pen.setTransform(this.scale, 0, 0, this.scale, 0, 0)
    if (this.beat !== null) this.paintBeat(pen, scaled)
    else if (this.hover) {
      this.image(pen, this.base, DIM)
      scaled()
      this.paintPath(pen, this.hover)
    } else {
      this.image(pen, this.base, 1)
      scaled()
      this.paintWords(pen, () => 1)
      this.paintGuess(pen, this.word)
    }
    const { flow, root } = this
    Object.assign(root.dataset, { painted: `${flow.model}|${flow.layer}|${flow.head}`, text: flow.text, word: this.word, beat: this.beat ?? "", beats: this.beats.length, playing: this.playing, vertical: this.plan.vertical })
  }

  paintWords(pen, alpha) {
    const spot = { band: this.plan.bands.length - 1, row: this.word }
    for (const word of this.words) {
      this.painter.shape(pen, word, alpha(word))
      if (this.beat !== null || word.band !== spot.band || word.row !== spot.row) continue
      const { plan } = this
      const { pitch, row } = plan.bands[word.band]
      const { from, to } = plan.stations.get("words")
      const [x, y] = plan.point(from, row(word.row) - pitch * 0.46)
      const [w, h] = plan.vertical ? [pitch * 0.92, to - from] : [to - from, pitch * 0.92]
      pen.strokeStyle = this.flow.colours.mark
      pen.lineWidth = 2
      pen.beginPath()
      pen.roundRect(plan.vertical ? x : x + 1, y, w - 1, h, 6)
      pen.stroke()
    }
  }

  paintGuess(pen, row) {
    if (row === null || row < 0) return
    for (const shape of guessShapes(this.flow, this.plan, row)) this.painter.shape(pen, shape)
  }

  // The path of one word: its own row, and what it takes from other rows by how much it takes.
  paintPath(pen, { band, row }) {
    const taken = this.takenBy(band, row)
    for (const shape of this.shapes) {
      const own = shape.band === band && shape.row === row
      const toIt = shape.source === band && shape.key === row && shape.band !== band
      if (own || toIt) this.painter.shape(pen, shape)
      else if (shape.hands && shape.row >= row && shape.row < this.flow.asked) this.painter.shape(pen, shape, 0.5)
      else if (shape.feeds && shape.band === band && taken(band, shape.row) > 0.02) this.painter.shape(pen, shape, taken(band, shape.row))
    }
    this.paintWords(pen, (word) => (word.band === band && word.row === row ? 1 : Math.min(1, 0.3 + taken(word.band, word.row))))
    const says = this.plan.bands.length - 1 === band
    this.paintGuess(pen, says ? row : this.word)
  }

  // How much a word takes from each other one: its attention, or of a recurrent model nothing.
  takenBy(band, row) {
    const share = (name, key) => {
      const found = this.flow.weights(name)
      return found ? found.values[row * found.wide + key] / 65535 : 0
    }
    const { name } = this.plan.bands[band]
    return (other, key) => {
      if (this.flow.recurrent) return 0
      if (other === band) return share(`${name}.${this.flow.layer}.self_attn.weights`, key)
      return band === 1 ? share(`decoder.${this.flow.layer}.cross_attn.weights`, key) : 0
    }
  }

  // ---- the walk ----

  paintBeat(pen, scaled) {
    const beat = this.beats[this.beat]
    this.prepare(this.beat)
    this.image(pen, this.base, DIM)
    this.image(pen, this.finished, 1)
    const at = beat.from + (beat.to - beat.from) * this.done
    const reach = Math.max(1, Math.round(at * this.scale))
    const [w, h] = this.plan.vertical ? [this.canvas.width, Math.min(reach, this.canvas.height)] : [Math.min(reach, this.canvas.width), this.canvas.height]
    pen.drawImage(this.active, 0, 0, w, h, 0, 0, w, h)
    scaled()
    const lit = this.litRows
    this.paintWords(pen, (word) => (lit.has(`${word.band},${word.row}`) ? 1 : 0.35))
    this.paintGuess(pen, this.done === 1 ? beat.guess : beat.before)
    if (this.done < 1) this.paintPulses(pen, beat, at)
  }

  // Draws what is over and what is under way once for each group of rows that goes together, so
  // that a frame is three images however long the text is.
  prepare(number) {
    const { group, has } = this.beats[number]
    if (this.drawn === group) return
    const next = this.finished && this.drawn === group - 1
    if (!next) this.finished = this.layer([])
    const over = this.beats.filter((one) => (next ? one.group === group - 1 : one.group < group))
    const pen = this.finished.getContext("2d")
    for (const shape of this.shapes) if (over.some((one) => one.has(shape))) this.painter.shape(pen, shape)
    this.active = this.layer(this.shapes.filter(has))
    this.litRows = new Set(this.beats.filter((one) => one.group <= group).flatMap((one) => one.rows.map(String)))
    this.drawn = group
  }

  // What is on its way: a drop in every row, or along every ribbon.
  paintPulses(pen, beat, at) {
    pen.fillStyle = this.flow.colours.kind
    const drop = (a, c, radius) => {
      const [x, y] = this.plan.point(a, c)
      pen.beginPath()
      pen.arc(x, y, radius, 0, 2 * Math.PI)
      pen.fill()
    }
    const rows = new Set(beat.rows.map(String))
    const curved = this.ribbons.filter((one) => at >= one.from && at <= one.to && (rows.has(`${one.band},${one.row}`) || !rows.size))
    for (const { from, to, c0, c1, weight } of curved) {
      const t = (at - from) / (to - from)
      if (weight < 0.04) continue
      const c = c0 + (c1 - c0) * (3 * t * t - 2 * t * t * t) // near enough to the curve
      drop(at, c, 1.5 + 3 * Math.sqrt(weight))
    }
    if (curved.length) return
    for (const [band, row] of beat.rows) {
      const { pitch, row: middle } = this.plan.bands[band]
      drop(at, middle(row) + (this.flow.recurrent ? 0 : RAIL * pitch), Math.min(4, pitch / 6))
    }
  }

  toggle() {
    if (this.playing) return this.pause()
    this.hover = null
    if (this.beat === null || (this.beat === this.beats.length - 1 && this.done === 1)) [this.beat, this.done] = [0, 0]
    this.playing = true
    this.tellState()
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    if (still) return this.hop()
    let last = null
    const tick = (now) => {
      if (!this.playing) return
      if (last !== null) this.advance(Math.min(now - last, 100))
      last = now
      if (this.beat !== null) this.paint()
      if (this.playing) this.frame = requestAnimationFrame(tick)
    }
    this.frame = requestAnimationFrame(tick)
  }

  advance(ms) {
    this.done += ms / this.beats[this.beat].ms
    if (this.done < 1) return
    if (this.beat + 1 < this.beats.length) {
      this.beat += 1
      this.done = Math.min(0.99, (this.done - 1) * (this.beats[this.beat - 1].ms / this.beats[this.beat].ms))
      this.tellState()
    } else this.end()
  }

  // without motion: from beat to beat
  hop() {
    this.done = 1
    this.paint()
    this.tellState()
    this.waiting = setTimeout(() => {
      if (!this.playing) return
      if (this.beat + 1 < this.beats.length) {
        this.beat += 1
        this.hop()
      } else this.end()
    }, Math.max(500, this.beats[this.beat].ms))
  }

  pause() {
    this.playing = false
    cancelAnimationFrame(this.frame)
    clearTimeout(this.waiting)
    this.tellState()
    this.paint()
  }

  end() {
    this.rest()
    this.tellState()
    this.paint()
  }

  step(by) {
    this.pause()
    const from = this.beat ?? (by > 0 ? -1 : this.beats.length)
    const to = this.beat !== null && this.done < 1 && by > 0 ? from : from + by
    if (to < 0 || to >= this.beats.length) return this.end()
    ;[this.beat, this.done, this.hover] = [to, 1, null]
    this.tip.hidden = true
    this.paint()
    this.tellState()
  }

  tellState() {
    const { words } = this.flow
    this.play.textContent = this.playing ? `❚❚ ${words.pause}` : `▶ ${words.play}`
    const place = this.beat === null ? "" : fill(words.place, { n: this.beat + 1, of: this.beats.length })
    this.said.ariaLive = this.playing ? "off" : "polite"
    this.said.textContent = this.beat === null ? this.flow.remark || words.rest_line : `${place} · ${this.beats[this.beat].says}`
  }

  // ---- another architecture ----

  // Stations that both models have slide to their new place, the others fade; words stay.
  morph(before) {
    cancelAnimationFrame(this.morphing)
    const { plan, base, scale } = this
    const begin = performance.now()
    const slice = (pen, sheet, { from, to }, a, alpha) => {
      pen.globalAlpha = alpha
      const [s0, size, d0] = [Math.max(0, (from - SPACE) * scale), (to - from + SPACE) * scale, Math.max(0, (a - SPACE) * scale)]
      if (plan.vertical) pen.drawImage(sheet, 0, s0, sheet.width, size, 0, d0, sheet.width, size)
      else pen.drawImage(sheet, s0, 0, size, sheet.height, d0, 0, size, sheet.height)
      pen.globalAlpha = 1
    }
    const tick = (now) => {
      const t = Math.min(1, (now - begin) / MORPH)
      if (t === 1) return this.paint()
      const pen = this.pen()
      for (const [name, station] of before.plan.stations) if (!plan.stations.has(name)) slice(pen, before.base, station, station.from, 1 - t)
      for (const [name, station] of plan.stations) {
        const old = before.plan.stations.get(name)
        slice(pen, base, station, old ? old.from + (station.from - old.from) * t : station.from, old ? 1 : t)
      }
      pen.setTransform(scale, 0, 0, scale, 0, 0)
      this.paintWords(pen, () => 1)
      this.morphing = requestAnimationFrame(tick)
    }
    this.morphing = requestAnimationFrame(tick)
  }

  // ---- what the visitor does ----

  spot(event) {
    const box = this.canvas.getBoundingClientRect()
    const { plan } = this
    const [x, y] = [(event.clientX - box.left) / plan.size, (event.clientY - box.top) / plan.size]
    const [a, c] = plan.vertical ? [y, x] : [x, y]
    const station = [...plan.stations.values()].find(({ from, to }) => a >= from - SPACE / 2 && a < to + SPACE / 2)
    const band = plan.bands.find(({ top, end, pitch }) => c >= top - pitch / 2 && c < end)
    if (!station) return null
    const row = band ? Math.round((c - band.row(0)) / band.pitch) : -1
    const inside = band && row >= 0 && row < band.n
    if (!inside) return station.name === "across" || station.name === "guess" ? { station, x, y } : null
    const layer = /below|above/i.test(station.name) ? this.sheetAt(station, a) : null
    const key = station.name === "bar" ? Math.floor(((a - station.from) / (station.to - station.from)) * band.n) : null
    return { station, band: band.number, row, layer, key: key !== null && key >= 0 && key < band.n ? key : null, x, y }
  }

  sheetAt(station, a) {
    const first = station.name === "below" ? 0 : this.flow.layer + 1
    const count = station.name === "below" ? this.flow.layer : this.flow.n_layer - first
    return Math.max(first, Math.min(first + count - 1, first + Math.floor((a - station.from) / SHEET)))
  }

  point(event) {
    const spot = this.spot(event)
    this.canvas.style.cursor = spot ? "pointer" : "default"
    if (spot) this.tell(spot)
    else this.tip.hidden = true
    const hover = spot && spot.row !== undefined ? { band: spot.band, row: spot.row } : null
    if (this.playing || this.beat !== null) return
    if (hover?.band === this.hover?.band && hover?.row === this.hover?.row) return
    this.hover = hover
    this.root.dataset.hover = hover ? `${hover.band},${hover.row}` : ""
    this.paint()
  }

  leave() {
    this.tip.hidden = true
    if (!this.hover) return
    this.hover = null
    this.root.dataset.hover = ""
    this.paint()
  }

  click(event) {
    const spot = this.spot(event)
    if (!spot) return this.leave()
    const seen = !this.tip.hidden && this.told === `${spot.station.name},${spot.band},${spot.row}`
    if (event.pointerType === "touch" && !seen && spot.station.name !== "words") return this.point(event)
    if (spot.station.name === "words") return this.pick(spot)
    if (spot.layer !== null && spot.layer !== undefined) return this.trigger("chosen", { layer: spot.layer })
    this.open(spot.station.name, spot)
  }

  // The address of a part's lesson, at the place that is pointed at; usual values stay out of it.
  address(name, spot = {}) {
    const { flow, plan } = this
    const { href, takes = {} } = flow.parts[partOf(name)] ?? {}
    if (!href) return ""
    const url = new URL(href, location.origin + location.pathname)
    const band = plan.bands[spot.band ?? plan.bands.length - 1]
    const row = spot.row ?? this.word
    const word = plan.bands.length === 1 ? Math.min(row, flow.n_read - 1) : row // what the model wrote is not in the text
    const own = { word, stack: band.name, looked_at: spot.key, layer: name.match(/\d+$/)?.[0] }
    const usual = { ...takes, word: takes.word?.[band.name], looked_at: Math.min(word, 1) }
    for (const key of Object.keys(takes))
      if (own[key] !== undefined && own[key] !== null && String(own[key]) !== String(usual[key])) url.searchParams.set(key, own[key])
    return url.href
  }

  open(name, spot) {
    const address = this.address(name, spot)
    if (address) window.open(address, "_top")
  }

  pick({ band, row }) {
    if (band !== this.plan.bands.length - 1) return
    this.word = row
    this.hover = null
    this.paint()
    clearTimeout(this.picking)
    this.picking = setTimeout(() => {
      this.picking = 0
      this.trigger("picked", this.word)
    }, 150)
  }

  key(event) {
    const acts = {
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      ArrowDown: () => this.pick({ band: this.plan.bands.length - 1, row: Math.min(this.word + 1, this.plan.bands.at(-1).n - 1) }),
      ArrowUp: () => this.pick({ band: this.plan.bands.length - 1, row: Math.max(this.word - 1, 0) }),
      " ": () => this.toggle(),
    }
    if (!(event.key in acts) || (event.key === " " && event.target.tagName === "BUTTON")) return
    event.preventDefault()
    event.stopPropagation()
    acts[event.key]()
  }

  // Words and exact numbers of what is under the pointer.
  tell(spot) {
    const { flow, plan, tip } = this
    const part = partOf(spot.station.name)
    const about = flow.parts[part]
    this.told = `${spot.station.name},${spot.band},${spot.row}`
    const lines = []
    const band = plan.bands[spot.band ?? plan.bands.length - 1]
    if (spot.row !== undefined) lines.push(...this.numbersAt(spot, band))
    if (part === "words") return (tip.hidden = true)
    const head = document.createElement("strong")
    const label = flow.nameOf(spot.station.name, band) || about?.label || ""
    head.textContent = spot.row === undefined ? label : [`“${band.whole[spot.row]}”`, label].filter(Boolean).join(" · ")
    const nodes = lines.map((text) => Object.assign(document.createElement("div"), { textContent: text }))
    const says = Object.assign(document.createElement("p"), { textContent: about?.says ?? "" })
    const opens = document.createElement("em")
    if (spot.layer !== null && spot.layer !== undefined) opens.textContent = fill(flow.words.choose, { n: spot.layer })
    else if (about?.opens) opens.textContent = fill(flow.words.opens, { page: about.opens })
    tip.replaceChildren(head, ...nodes, says, opens)
    tip.hidden = false
    const room = this.root.getBoundingClientRect()
    const box = this.canvas.getBoundingClientRect()
    const x = box.left - room.left + spot.x * plan.size
    const y = box.top - room.top + spot.y * plan.size
    tip.style.left = `${Math.max(0, Math.min(x + 16, room.width - tip.offsetWidth))}px`
    const below = y + 20 + tip.offsetHeight <= room.height
    tip.style.top = `${below ? y + 20 : Math.max(0, y - tip.offsetHeight - 14)}px`
  }

  numbersAt({ station, row, key }, band) {
    const { flow } = this
    const words = flow.words
    const stack = band.name
    const block = `${stack}.${flow.layer}`
    const length = (name, label = words.length) => (flow.has(name) ? [`${label} ${flow.lengths(name)[row].toFixed(3)}`] : [])
    const looks = (name, strings) => {
      const { values, wide } = flow.weights(name)
      const own = Array.from(values.subarray(row * wide, (row + 1) * wide), (value, j) => [value / 65535, j])
      if (key !== null && key !== undefined && station.name === "bar") return [`→ “${strings[key]}” ${own[key][0].toFixed(4)}`]
      return own.sort((one, other) => other[0] - one[0]).slice(0, 3).map(([value, j]) => `→ “${strings[j]}” ${value.toFixed(4)}`)
    }
    const entrance = flow.stacks.length > 1 && stack === "decoder" ? "decoder." : ""
    const part = partOf(station.name)
    if (flow.recurrent) {
      const layer = Number(station.name.match(/\d+$/)?.[0] ?? flow.n_layer - 1)
      const gates = flow.gates(`${flow.kind}.${layer}.gates`)
      const opened = (gate, number) => (gates ? [`${words.gates[gate]} ${gates[number * band.n + row].toFixed(3)}`] : [])
      if (part === "in") return opened("i", 0)
      if (part === "out") return opened("o", 3)
      if (part === "cell") return [...length(`${flow.kind}.${layer}.h`, "|h|"), ...length(`${flow.kind}.${layer}.c`, "|c|"), ...opened("f", 1)]
      if (part === "influence" && flow.influence) return [`${words.influence} ${flow.influence[row].toFixed(3)}`]
      return length(part === "embed" ? "embed" : `${flow.kind}.${flow.n_layer - 1}.h`)
    }
    if (part === "embed" || part === "positions") return length(entrance + part)
    if (part === "qkv") return ["q", "k", "v"].flatMap((lane) => length(`${block}.self_attn.${lane}`, `|${lane}|`))
    if (part === "bar" || part === "mix") return looks(`${block}.self_attn.weights`, band.whole)
    if (part === "heads") return length(`${block}.self_attn.out`)
    if (part === "across") return looks(`decoder.${flow.layer}.cross_attn.weights`, this.plan.bands[0].whole)
    if (part === "ffn") return length(`${block}.ffn.out`)
    if (part === "add") return length(`${block}.resid_mid`)
    return []
  }

  // ---- the picture as a file ----

  save(format) {
    const { flow, plan } = this
    const shapes = [...this.shapes, ...this.words, ...guessShapes(flow, plan, this.word)]
    const svg = svgOf(flow, plan, shapes, this.nameShapes)
    const blob = new Blob([svg], { type: "image/svg+xml" })
    const name = `attention-atlas-${flow.model}`
    if (format === "svg") return download(blob, `${name}.svg`)
    const image = new Image()
    image.onload = () => {
      const sheet = document.createElement("canvas")
      const scale = Math.min(2, Math.sqrt(36e6 / (image.width * image.height)))
      sheet.width = image.width * scale
      sheet.height = image.height * scale
      sheet.getContext("2d").drawImage(image, 0, 0, sheet.width, sheet.height)
      URL.revokeObjectURL(image.src)
      sheet.toBlob((png) => download(png, `${name}.png`))
    }
    image.src = URL.createObjectURL(blob)
  }
}

function download(blob, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".flow")
  const view = (root.view ??= new FlowView(root))
  view.show(readFlow(data), setTriggerValue)
  return () => view.leaveStage()
}
