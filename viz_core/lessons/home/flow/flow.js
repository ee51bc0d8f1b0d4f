// The flow of a sentence through one model. Hover a word to see its path, click a part to open its
// lesson, play to watch the data walk.

import { inkOn, newest, rgb } from "../viz_core.kit/shared.js"
import { save } from "./file.js"
import { Picture } from "./picture.js"
import { CLOSED, planOf, SPACE } from "./plan.js"
import { fillIn, numberOf, partOf, readFlow } from "./read.js"
import { tipOf } from "./tip.js"
import { BESIDE, othersOf } from "./transformer.js"
import { beatsOf, Walk } from "./walk.js"

const MORPH = 180 // ms
const SPEEDS = [1, 2, 4, 0.5]

class FlowView {
  constructor(root) {
    this.root = root
    const parts = "stage names eye tip said play back next speed svg png"
    for (const name of parts.split(" ")) this[name] = root.querySelector(`.${name}`)
    this.canvas = root.querySelector("canvas")
    this.hover = null
    this.walk = new Walk(
      () => this.paint(),
      () => this.tell(),
    )
    this.play.onclick = () => this.start()
    this.next.onclick = () => this.step(1)
    this.back.onclick = () => this.step(-1)
    this.speed.onclick = () => this.hurry()
    this.svg.onclick = () => this.save("svg")
    this.png.onclick = () => this.save("png")
    this.canvas.onpointermove = (event) => event.pointerType !== "touch" && this.pointAt(event)
    this.canvas.onpointerleave = (event) => event.pointerType !== "touch" && this.leave()
    this.canvas.onblur = () => this.leave()
    this.canvas.onclick = (event) => this.click(event)
    this.root.onkeydown = (event) => this.key(event)
    this.watcher = new ResizeObserver(() => {
      if (!this.flow || this.root.clientWidth === this.wide) return
      this.layout()
      this.paint()
    })
  }

  show(flow, trigger) {
    const before = this.picture
    const other = before && (before.flow.model !== flow.model || before.flow.text !== flow.text)
    if (other) this.rest()
    Object.assign(this, { flow, trigger })
    if (!this.picking) this.word = flow.word
    this.layout()
    this.label()
    this.watcher.observe(this.root)
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    if (other && before.flow.model !== flow.model && !still) this.morph(before)
    else this.paint()
  }

  // From another architecture, within a moment.
  morph(before) {
    const begin = performance.now()
    const tick = (now) => {
      const done = Math.min(1, (now - begin) / MORPH)
      if (done === 1 || !this.picture.between(before, done)) return this.paint()
      this.morphing = requestAnimationFrame(tick)
    }
    this.morphing = requestAnimationFrame(tick)
  }

  rest() {
    clearTimeout(this.picking)
    cancelAnimationFrame(this.morphing)
    this.picking = 0
    this.hover = null
    this.tip.hidden = true
    this.walk.rest()
  }

  end() {
    this.rest()
    this.watcher.disconnect()
  }

  // ---- what is drawn ----

  layout() {
    const { flow, canvas } = this
    this.wide = this.root.clientWidth
    const plan = (this.plan = planOf(flow, this.wide || 1200))
    for (const node of [canvas, this.stage]) {
      node.style.width = `${plan.width * plan.size}px`
      node.style.height = `${plan.height * plan.size}px`
    }
    this.picture = new Picture(flow, plan, canvas)
    this.walk.take(beatsOf(flow, plan), this.picture)
    const { kind } = flow.colours
    const style = { size: plan.size, kind, "on-kind": inkOn(rgb(kind)) }
    for (const name in style) this.root.style.setProperty(`--${name}`, style[name])
    this.placeNames()
  }

  // The names of the stations, links where there is a lesson; a node that is there already stays,
  // and keeps the focus.
  placeNames() {
    const { flow, plan } = this
    const old = new Map([...this.names.children].map((node) => [node.dataset.key, node]))
    const nodes = this.picture.names.map(({ name, band, label, x, y, anchor }) => {
      const opens = flow.parts[partOf(name)]?.opens
      const tag = opens ? "a" : "span"
      const key = `${tag} ${name} ${band}`
      const node = old.get(key) ?? document.createElement(tag)
      Object.assign(node.dataset, { key, station: name })
      node.textContent = label
      node.className = anchor
      node.style.left = `${x * plan.size}px`
      node.style.top = `${y * plan.size}px`
      if (opens) {
        node.title = fillIn(flow.words.opens, { page: opens })
        node.href = this.address(name, { band })
        node.target = "_top"
      }
      old.delete(key)
      return node
    })
    for (const node of old.values()) node.remove()
    for (const node of nodes) if (node.parentNode !== this.names) this.names.append(node)
  }

  label() {
    const { words, title, summary } = this.flow
    this.canvas.setAttribute("role", "img") // with its words, never without
    this.canvas.setAttribute("aria-label", `${title}. ${summary} ${words.keys}`)
    for (const name of ["back", "next"]) this[name].title = this[name].ariaLabel = words[name]
    for (const format of ["svg", "png"])
      this[format].title = this[format].ariaLabel = `${words.save} (${format.toUpperCase()})`
    this.speed.title = this.speed.ariaLabel = words.speed
    this.tell()
  }

  // Where the walk is, in words.
  tell() {
    const { walk, flow } = this
    const { words } = flow
    this.play.textContent = walk.playing ? `❚❚ ${words.pause}` : `▶ ${words.play}`
    this.said.ariaLive = walk.playing ? "off" : "polite"
    const place = { n: walk.at + 1, of: walk.beats.length }
    this.said.textContent = walk.walking
      ? `${fillIn(words.place, place)} · ${walk.beat.says}`
      : flow.remark || words.rest_line
    this.speed.textContent = `${walk.speed} ×`
    if (walk.walking) this.follow()
  }

  // Keep what happens on the screen.
  follow() {
    const { eye, plan, walk } = this
    const [x, y] = plan.point((walk.beat.from + walk.beat.to) / 2, plan.bands.at(-1).top)
    eye.style.left = `${x * plan.size}px`
    eye.style.top = `${(plan.vertical ? y : 0) * plan.size}px`
    eye.scrollIntoView({ block: plan.vertical ? "center" : "nearest", inline: "nearest" })
  }

  report() {
    const { flow, walk, root } = this
    Object.assign(root.dataset, {
      painted: `${flow.model}|${flow.layer}|${flow.head}`,
      text: flow.text,
      word: this.word,
      beat: walk.at ?? "",
      beats: walk.beats.length,
      playing: walk.playing,
      vertical: this.plan.vertical,
      hover: this.hover ? `${this.hover.band},${this.hover.row}` : "",
    })
  }

  paint() {
    const { walk, picture } = this
    if (walk.walking) picture.step(walk)
    else if (this.hover) picture.path(this.hover, this.word)
    else picture.whole(this.word)
    this.report()
  }

  // ---- what the visitor does ----

  start() {
    this.hover = null
    this.tip.hidden = true
    this.walk.toggle()
  }

  hurry() {
    this.walk.speed = SPEEDS[(SPEEDS.indexOf(this.walk.speed) + 1) % SPEEDS.length]
    this.tell()
  }

  step(by) {
    this.hover = null
    this.tip.hidden = true
    this.walk.step(by)
  }

  // Station, band, row and place of a point of the canvas.
  spot(event) {
    const { plan } = this
    const box = this.canvas.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top].map((one) => one / plan.size)
    const [a, c] = plan.vertical ? [y, x] : [x, y]
    const near = SPACE / 2
    const station = [...plan.stations.values()].find(
      (one) => a >= one.from - near && a < one.to + near,
    )
    if (!station) return null
    if (station.name === "guess") return { station, guess: this.word, x, y }
    const band = plan.bands.find(({ top, end }) => c >= top && c < end)
    const row = band ? Math.round((c - band.row(0)) / band.pitch) : -1
    if (!band || row < 0 || row >= band.n) {
      return station.name === "across" ? { station, x, y } : null
    }
    const share = (a - station.from) / (station.to - station.from)
    const key = station.name === "bar" ? Math.floor(share * band.n) : undefined
    const inside = key >= 0 && key < band.n ? key : undefined
    const chosen = this.chosenAt(station, a)
    return { station, band: band.number, row, key: inside, chosen, x, y }
  }

  // What a click chooses: a closed layer, or the next head beside the opened one.
  chosenAt(station, a) {
    const { flow } = this
    if (/below|above/i.test(station.name)) return { what: "layer", n: this.closedAt(station, a) }
    const beside = a > station.to - 4 - othersOf(flow) * BESIDE
    if (station.name !== "heads" || !beside) return undefined
    return { what: "head", n: (flow.head + 1) % flow.n_head }
  }

  closedAt({ name, from }, a) {
    const { layer, n_layer: n } = this.flow
    const [first, last] = name === "below" ? [0, layer - 1] : [layer + 1, n - 1]
    return Math.max(first, Math.min(last, first + Math.floor((a - from) / CLOSED)))
  }

  pointAt(event) {
    const spot = this.spot(event)
    this.canvas.style.cursor = spot ? "pointer" : "default"
    this.showTip(spot)
    if (this.walk.walking) return
    const hover = spot && spot.row !== undefined ? { band: spot.band, row: spot.row } : null
    if (hover?.band === this.hover?.band && hover?.row === this.hover?.row) return
    this.hover = hover
    this.paint()
  }

  leave() {
    this.tip.hidden = true
    this.told = null
    if (!this.hover) return
    this.hover = null
    this.paint()
  }

  // A click acts; a first touch tells, a second one at the same spot acts.
  click(event) {
    const spot = this.spot(event)
    if (!spot) return this.leave()
    if (spot.station.name === "words") return this.pick(spot.band, spot.row)
    const told = this.told
    if (event.pointerType === "touch") {
      this.pointAt(event)
      if (told !== this.told) return
    }
    if (spot.chosen) {
      this.leave()
      return this.trigger("chosen", spot.chosen)
    }
    const address = this.address(spot.station.name, spot)
    if (address) window.open(address, "_top")
  }

  // The address of a part's lesson, at the place that is pointed at; usual values stay out of it.
  address(station, spot = {}) {
    const { flow, plan } = this
    const { href, takes = {} } = flow.parts[partOf(station)] ?? {}
    if (!href) return ""
    const url = new URL(href, location.origin + location.pathname)
    const band = plan.bands[spot.band ?? plan.bands.length - 1]
    const row = spot.row ?? (band.number === plan.bands.length - 1 ? this.word : 0)
    const word = flow.two ? row : Math.min(row, flow.n_read - 1) // what it wrote is not in the text
    const own = { word, stack: band.name, looked_at: spot.key, layer: numberOf(station) || 0 }
    const usual = { ...takes, word: takes.word?.[band.name], looked_at: Math.min(word, 1) }
    for (const key of Object.keys(takes))
      if (own[key] !== undefined && String(own[key]) !== String(usual[key]))
        url.searchParams.set(key, own[key])
    return url.href
  }

  pick(band, row) {
    const said = this.plan.bands.at(-1)
    if (band !== said.number || row < 0 || row >= said.n) return
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
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const last = this.plan.bands.length - 1
    const acts = {
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      ArrowDown: () => this.pick(last, this.word + 1),
      ArrowUp: () => this.pick(last, this.word - 1),
      " ": () => this.start(),
    }
    const presses = event.key === " " && event.target.tagName === "BUTTON"
    if (!(event.key in acts) || presses) return
    event.preventDefault()
    event.stopPropagation()
    acts[event.key]()
  }

  showTip(spot) {
    const { flow, plan, tip } = this
    const told = spot && tipOf(flow, plan, spot)
    this.told = spot && `${spot.station.name},${spot.band},${spot.row}`
    tip.hidden = !told
    if (!told) return
    const node = (tag, textContent) => Object.assign(document.createElement(tag), { textContent })
    const lines = told.lines.map((line) => node("div", line))
    tip.replaceChildren(
      node("strong", told.head),
      ...lines,
      node("p", told.says),
      node("em", told.opens),
    )
    const room = this.root.getBoundingClientRect()
    const box = this.canvas.getBoundingClientRect()
    const x = box.left - room.left + spot.x * plan.size
    const y = box.top - room.top + spot.y * plan.size
    const below = y + 20 + tip.offsetHeight <= room.height
    tip.style.left = `${Math.max(0, Math.min(x + 16, room.width - tip.offsetWidth))}px`
    tip.style.top = `${below ? y + 20 : Math.max(0, y - tip.offsetHeight - 14)}px`
  }

  save(format) {
    const failed = () => (this.said.textContent = this.flow.words.unsaved)
    save(this.picture.svg(this.word), `attention-atlas-${this.flow.model}`, format, failed)
  }
}

function show(component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".flow")
  const view = (root.view ??= new FlowView(root))
  view.show(readFlow(data), setTriggerValue)
  return () => view.end()
}

export default newest(show)
