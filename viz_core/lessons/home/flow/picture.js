// The picture on its canvas: whole, the path of one word, a step of the walk, or on its way from
// another architecture.

import { MOST, svgOf } from "./file.js"
import { frameShape, guessShapes, Painter, stationNames, wordShapes } from "./paint.js"
import { SPACE } from "./plan.js"
import { drawRecurrent } from "./recurrent.js"
import { RAIL, Scene } from "./scene.js"
import { drawTransformer } from "./transformer.js"

const DIM = 0.16

export class Picture {
  constructor(flow, plan, canvas) {
    Object.assign(this, { flow, plan, canvas })
    const scene = new Scene(flow, plan)
    if (flow.recurrent) drawRecurrent(scene)
    else drawTransformer(scene)
    this.shapes = scene.shapes
    this.ribbons = scene.ribbons
    this.tokens = wordShapes(flow, plan)
    this.names = stationNames(flow, plan)
    this.painter = new Painter(flow)
    const most = Math.sqrt(MOST / (plan.width * plan.height))
    this.scale = Math.min((window.devicePixelRatio || 1) * plan.size, most)
    canvas.width = Math.round(plan.width * this.scale)
    canvas.height = Math.round(plan.height * this.scale)
    this.context = canvas.getContext("2d")
    this.base = this.pane()
    this.draw(this.base, () => true)
  }

  // An empty pane, as large as the canvas; one that is there already is cleared.
  pane(old) {
    const { width, height } = this.canvas
    const same = old?.width === width && old.height === height
    const found = same ? old : new OffscreenCanvas(width, height)
    const context = found.getContext("2d")
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, height)
    return found
  }

  draw(pane, wanted) {
    const context = pane.getContext("2d")
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0)
    for (const shape of this.shapes) if (wanted(shape)) this.painter.paint(context, shape)
  }

  // Copy a pane, or as much of it as a stripe [top, height] and a width let through.
  lay(pane, alpha, [top, high] = this.all, wide = this.canvas.width) {
    if (high <= 0 || wide <= 0) return
    const { context, scale } = this
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.globalAlpha = alpha
    context.drawImage(pane, 0, top, wide, high, 0, top, wide, high)
    context.globalAlpha = 1
    context.setTransform(scale, 0, 0, scale, 0, 0)
  }

  get all() {
    return [0, this.canvas.height]
  }

  // The stripe of the canvas that is on the screen, in its own pixels.
  get seen() {
    const box = this.canvas.getBoundingClientRect()
    const scale = this.canvas.height / box.height
    const top = Math.max(0, Math.floor(-box.top * scale))
    const end = Math.min(this.canvas.height, Math.ceil((innerHeight - box.top) * scale))
    return [top, Math.max(1, end - top)]
  }

  clear([top, high] = this.all) {
    this.context.setTransform(1, 0, 0, 1, 0, 0)
    this.context.clearRect(0, top, this.canvas.width, high)
  }

  paint(shapes, alpha = () => 1) {
    for (const shape of shapes) this.painter.paint(this.context, shape, alpha(shape))
  }

  guess(row) {
    if (row !== null && row >= 0) this.paint(guessShapes(this.flow, this.plan, row))
  }

  whole(word) {
    this.clear()
    this.lay(this.base, 1)
    this.paint(this.tokens)
    this.paint([frameShape(this.flow, this.plan, word)])
    this.guess(word)
  }

  // The path of one word: its own row, and what it takes from other rows by how much it takes.
  path({ band, row }, word) {
    const { flow, plan } = this
    const share = (other, key) => this.taken(band, row, other, key)
    const lit = (shape) => {
      if (shape.band === band && shape.row === row) return 1
      if (shape.source === band && shape.key === row) return shape.band === band ? 0 : 1
      if (shape.hands) return shape.row >= row && shape.row < flow.answer ? 0.5 : 0
      const taken = shape.feeds && shape.band === band ? share(band, shape.row) : 0
      return taken > 0.02 ? taken : 0
    }
    this.clear()
    this.lay(this.base, DIM)
    this.paint(this.shapes.filter(lit), lit)
    const own = (shape) => shape.band === band && shape.row === row
    this.paint(this.tokens, (one) => (own(one) ? 1 : Math.min(1, 0.3 + share(one.band, one.row))))
    this.paint([frameShape(flow, plan, word)])
    this.guess(band === plan.bands.length - 1 ? row : word)
  }

  // How much a word takes from another one: its attention; nothing in a recurrent model.
  taken(band, row, other, key) {
    const block = this.flow.block(this.plan.bands[band].name)
    if (other === band) return this.flow.weight(`${block}.self_attn.weights`, row, key)
    return band === 1 ? this.flow.weight(`${block}.cross_attn.weights`, row, key) : 0
  }

  // Where a walk is: all of it dimmed, what is over, and what is under way up to where it has come.
  step(walk) {
    const { plan, canvas } = this
    const seen = walk.playing ? this.seen : this.all
    const [over, active] = walk.panes()
    const reach = Math.round(walk.reach * this.scale)
    this.clear(seen)
    this.lay(this.base, DIM, seen)
    this.lay(over, 1, seen)
    const [top, high] = seen
    if (plan.vertical) this.lay(active, 1, [top, Math.min(high, reach - top)])
    else this.lay(active, 1, seen, Math.min(reach, canvas.width))
    this.paint(this.tokens, ({ band, row }) => (walk.lit.has(`${band},${row}`) ? 1 : 0.35))
    this.guess(walk.done === 1 ? walk.beat.guess : walk.beat.before)
    if (walk.done < 1) this.drops(walk)
  }

  // What is on its way: a drop along every ribbon, or else one in every row.
  drops({ beat, reach }) {
    const { flow, plan, context } = this
    context.fillStyle = flow.colours.kind
    const drop = (c, radius) => {
      const [x, y] = plan.point(reach, c)
      context.beginPath()
      context.arc(x, y, radius, 0, 2 * Math.PI)
      context.fill()
    }
    const rows = new Set(beat.rows.map(String))
    const near = ({ from, to, band, row }) =>
      reach >= from && reach <= to && (!rows.size || rows.has(`${band},${row}`))
    const curves = this.ribbons.filter(near)
    for (const { from, to, c0, c1, share } of curves) {
      if (share < 0.04) continue
      const t = (reach - from) / (to - from)
      drop(c0 + (c1 - c0) * (3 * t * t - 2 * t * t * t), 1.5 + 3 * Math.sqrt(share))
    }
    if (curves.length) return
    for (const [band, row] of beat.rows) {
      const { pitch, row: middle } = plan.bands[band]
      drop(middle(row) + (flow.recurrent ? 0 : RAIL * pitch), Math.min(4, pitch / 6))
    }
  }

  // Between another architecture's picture and this one: stations that both have slide to their
  // new place, the others fade; words stay. False where the two can't be laid over each other.
  between(before, done) {
    const { plan, base, context, scale } = this
    if (before.plan.vertical !== plan.vertical || before.scale !== scale) return false
    const slice = (pane, { from, to }, a, alpha) => {
      const [s, d] = [from, a].map((one) => Math.max(0, (one - SPACE) * scale))
      const size = (to - from + SPACE) * scale
      context.globalAlpha = alpha
      if (plan.vertical) context.drawImage(pane, 0, s, pane.width, size, 0, d, pane.width, size)
      else context.drawImage(pane, s, 0, size, pane.height, d, 0, size, pane.height)
      context.globalAlpha = 1
    }
    this.clear()
    for (const [name, old] of before.plan.stations)
      if (!plan.stations.has(name)) slice(before.base, old, old.from, 1 - done)
    for (const [name, station] of plan.stations) {
      const old = before.plan.at(name)
      const a = old ? old.from + (station.from - old.from) * done : station.from
      slice(base, station, a, old ? 1 : done)
    }
    context.setTransform(scale, 0, 0, scale, 0, 0)
    this.paint(this.tokens)
    return true
  }

  svg(word) {
    const { flow, plan } = this
    const around = [frameShape(flow, plan, word), ...guessShapes(flow, plan, word)]
    return svgOf(flow, plan, [...this.shapes, ...this.tokens, ...around], this.names)
  }
}
