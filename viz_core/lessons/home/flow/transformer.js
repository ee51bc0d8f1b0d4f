// A Transformer: words as rows, one block of each stack opened, the other layers closed.

import { CLOSED, SPACE } from "./plan.js"
import { DRAWN, RAIL, RIBBON, THICK } from "./scene.js"

const LANES = { q: -0.17, k: 0.06, v: 0.29 } // where q, k and v run, in rows from the row's middle
const LANE = 0.16 // height of their textures, in rows
const ADDED = 0.1 // where the feed-forward network works, in rows from the row's middle
const PLUS = 6 // px, radius of a sum's sign
export const BESIDE = 3 // px between the heads that are not opened

// Heads that stand beside the opened one, as far as there is room.
export function othersOf(flow) {
  return Math.min(flow.n_head - 1, 6)
}

export function drawTransformer(scene) {
  const stacks = scene.plan.bands.map((band) => new StackDrawing(scene, band))
  for (const stack of stacks) stack.draw()
  if (stacks.length > 1) stacks[1].look(stacks[0])
}

// One stack along its band. The residual stream is the rail at each row's edge; what a part makes
// of it is worked out beside the rail and added to it.
class StackDrawing {
  constructor(scene, band) {
    const { flow, plan } = scene
    Object.assign(this, { scene, band, flow, plan })
    this.encodes = flow.two && band.number === 0
    this.writes = flow.two && band.number === 1
    this.inBlock = (name) => `${flow.block(band.name)}.${name}`
    this.levels = Array.from({ length: flow.n_layer }, (_, n) => `${band.name}.${n}.resid_pre`)
    this.levels.push(`${band.name}.${flow.n_layer - 1}.resid_post`)
    const inner = ["resid_mid", "resid_cross", "norm_2.out", "resid_post"]
    const added = ["self_attn.out", "cross_attn.out", "ffn.out"]
    const stream = [...inner, ...added].map(this.inBlock).filter(flow.has)
    this.stream = scene.widths([...this.levels, ...stream], THICK.stream * band.pitch)
  }

  own(row, part, more) {
    return { part, band: this.band.number, row, ...more }
  }

  railAt(row) {
    return this.band.row(row) + RAIL * this.band.pitch
  }

  rail(from, to, record, part) {
    for (const i of this.band.rows) {
      const c = this.railAt(i)
      const style = { width: this.stream(record, i), colour: this.flow.colours.rail, alpha: 0.6 }
      this.scene.line(
        [
          [from, c],
          [to, c],
        ],
        this.own(i, part, { record, ...style }),
      )
    }
  }

  draw() {
    const { flow, plan } = this
    const begin = this.enter()
    const first = plan.at("norm") ?? plan.at("qkv")
    const before = this.closedLayers("below", 0, flow.layer, begin)
    this.rail(before, first.from, this.levels[flow.layer], "below")
    this.attend(first.from)
    this.feed()
  }

  // Words become vectors, and are told where they stand; returns where the rail begins.
  enter() {
    const { scene, flow, plan, band } = this
    let to = plan.at("embed").to
    for (const part of ["embed", "positions"]) {
      const record = flow.entrance(band.name, part)
      const station = plan.at(part)
      if (!station || !flow.has(record)) continue
      to = station.to
      for (const i of band.rows) {
        const own = this.own(i, part, { record })
        scene.texture(record, station.from, to, band.row(i), 0.5 * band.pitch, own)
        const sign = { colour: flow.colours.muted, ...own }
        if (part === "positions") scene.sign(station.from - SPACE / 2, band.row(i), "+", sign)
      }
    }
    const record = this.levels[0]
    for (const i of band.rows) {
      const style = { record, width: this.stream(record, i), colour: flow.colours.rail }
      scene.curve(to, band.row(i), to + SPACE, this.railAt(i), this.own(i, "embed", style))
    }
    return to + SPACE
  }

  // Closed layers; returns where the last of them ends.
  closedLayers(part, first, count, begin) {
    const { scene, flow, plan, band } = this
    let a = begin
    for (let n = 0; n < count; n++) {
      const left = plan.at(part).from + 2 + n * CLOSED
      const right = left + CLOSED - 4
      this.rail(a, right, this.levels[first + n], part)
      const colour = flow.colours.kind
      const style = {
        part,
        band: band.number,
        fill: colour,
        stroke: colour,
        radius: 4,
        alpha: 0.22,
      }
      scene.box(left, band.top - 2, right, band.end + 2, style)
      a = right
    }
    return a
  }

  // Queries, keys and values, their crossing, and what comes of it.
  attend(from) {
    const { scene, flow, plan, band } = this
    const attention = this.inBlock("self_attn")
    const { add, qkv, norm, bar, mix } = Object.fromEntries(plan.stations)
    this.rail(from, add.middle, this.levels[flow.layer], "rail")
    this.norm("norm")
    const step = (bar.to - bar.from) / band.n
    const records = ["q", "k", "v"].map((lane) => `${attention}.${lane}`)
    const thick = scene.widths(records, Math.min(THICK.lane * band.pitch, 0.4 * step))
    const colours = { q: flow.roles.query, k: flow.roles.key, v: flow.roles.value }
    const branch = norm?.middle ?? qkv.from - SPACE
    for (const lane of ["q", "k", "v"])
      for (const i of band.rows) {
        const record = `${attention}.${lane}`
        const c = band.row(i) + LANES[lane] * band.pitch
        const own = this.own(i, "qkv", { record, width: thick(record, i), colour: colours[lane] })
        scene.curve(branch, this.railAt(i), qkv.from, c, { ...own, alpha: 0.45 })
        scene.texture(record, qkv.from, qkv.to, c, LANE * band.pitch, this.own(i, "qkv"))
      }
    this.cross(attention, thick, step)
    const lane = (i) => band.row(i) + LANES.v * band.pitch
    this.mix(`${attention}.weights`, "mix", mix.from, mix.to, band, lane)
    this.gather(attention, "heads", plan.at("heads").from, plan.at("heads").to, add)
    this.plus("add", add.middle)
  }

  // Queries run along their rows, keys turn into columns where both meet; a dot's area is the
  // weight. What a causal stack may not see is not crossed by any key.
  cross(attention, thick, step) {
    const { scene, flow, plan, band } = this
    const { bar, mix } = Object.fromEntries(plan.stations)
    const causal = band.causal
    const column = (j) => bar.from + (j + 0.5) * step
    const lane = (i, name) => band.row(i) + LANES[name] * band.pitch
    const [top, bottom] = [lane(0, "q"), lane(band.n - 1, "v")]
    const begin = bar.from - SPACE
    for (const i of band.rows) {
      const style = (name, alpha) => {
        const record = `${attention}.${name}`
        const role = { q: "query", k: "key", v: "value" }[name]
        return { record, width: thick(record, i), colour: flow.roles[role], alpha }
      }
      const value = { ...style("v", 0.4), feeds: true }
      scene.line(
        [
          [begin, lane(i, "v")],
          [mix.from, lane(i, "v")],
        ],
        this.own(i, "mix", value),
      )
      const end = causal ? column(i) : bar.to
      scene.line(
        [
          [begin, lane(i, "q")],
          [end, lane(i, "q")],
        ],
        this.own(i, "bar", style("q", 0.45)),
      )
      const key = this.own(i, "bar", { ...style("k", 0.32), feeds: true })
      const turn = [column(i), lane(i, "k")]
      scene.line([[begin, lane(i, "k")], turn, [column(i), bottom]], key)
      if (!causal) scene.line([turn, [column(i), top]], key)
    }
    const radius = 0.48 * Math.min(step, band.pitch)
    for (const i of band.rows)
      for (const [key, weight] of flow.looks(`${attention}.weights`, i)) {
        if (weight < DRAWN) continue
        const fill = flow.amounts[Math.round(weight * 255)]
        const style = { key, fill, stroke: flow.colours.muted, width: 0.75 }
        scene.dot(column(key), lane(i, "q"), radius * Math.sqrt(weight), this.own(i, "bar", style))
      }
  }

  // Values on their way to the words that look at them: the ribbons into one word lie side by side
  // and together are as wide as a whole attention.
  mix(record, part, from, to, source, lane) {
    const { scene, flow, band } = this
    const whole = RIBBON * band.pitch
    for (const i of band.rows) {
      let filled = -whole / 2
      for (const [key, weight] of flow.looks(record, i)) {
        const c = band.row(i) + filled + (whole * weight) / 2
        filled += whole * weight
        if (weight < DRAWN) continue
        const style = { record, key, source: source.number, width: whole * weight, alpha: 0.45 }
        const own = this.own(i, part, { ...style, colour: flow.roles.value })
        scene.ribbon(from, lane(key), to, c, weight, own)
      }
    }
  }

  // What a word gathered; the other heads gather beside it, and all go back into the stream.
  gather(attention, part, from, to, sum) {
    const { scene, flow, band } = this
    const others = othersOf(flow)
    const right = to - 4 - others * BESIDE
    const record = `${attention}.out`
    for (const i of band.rows) {
      const c = band.row(i)
      scene.texture(`${attention}.mixed`, from, right, c, RIBBON * band.pitch, this.own(i, part))
      const style = { record, width: this.stream(record, i), colour: flow.roles.output }
      scene.curve(to, c, sum.middle, this.railAt(i), this.own(i, part, style))
    }
    for (let n = 0; n < others; n++) {
      const a = right + BESIDE * (n + 1)
      const style = { part, band: band.number, width: 1, colour: flow.colours.edge }
      scene.line(
        [
          [a, band.top + 2],
          [a, band.end - 2],
        ],
        style,
      )
    }
  }

  // The look across at what the encoder left of the source.
  look(source) {
    const { plan } = this
    const { across, acrossAdd } = Object.fromEntries(plan.stations)
    const attention = this.inBlock("cross_attn")
    const to = across.from + (across.to - across.from) * 0.7
    const lane = (i) => source.railAt(i)
    this.mix(`${attention}.weights`, "across", across.from, to, source.band, lane)
    this.gather(attention, "across", to, across.to, acrossAdd)
    this.plus("acrossAdd", acrossAdd.middle)
  }

  // The feed-forward network, the closed layers after it, and the end of the stream.
  feed() {
    const { scene, flow, plan, band } = this
    let a = plan.at("add").middle
    let before = this.inBlock("resid_mid")
    if (this.writes) {
      const { middle } = plan.at("acrossAdd")
      this.rail(a, middle, before, "rail")
      a = middle
      before = this.inBlock("resid_cross")
    }
    const name = this.encodes ? "memoryFfn" : "ffn"
    const sum = plan.at(this.encodes ? "memoryAdd" : "ffnAdd").middle
    this.rail(a, sum, before, "rail")
    if (!this.encodes) this.norm("ffnNorm")
    const { from, to } = plan.at(name)
    const branch = plan.at("ffnNorm")?.middle ?? from - SPACE
    const [read, act, out] = ["norm_2.out", "ffn.act", "ffn.out"].map(this.inBlock)
    const enters = flow.preNorm ? read : before
    for (const i of band.rows) {
      const c = band.row(i) + ADDED * band.pitch
      const colour = flow.colours.rail
      const enter = { record: enters, width: this.stream(enters, i), colour, alpha: 0.45 }
      const leave = { record: out, width: this.stream(out, i), colour, alpha: 0.8 }
      scene.curve(branch, this.railAt(i), from, c, this.own(i, name, enter))
      scene.texture(act, from, to, c, 0.42 * band.pitch, this.own(i, name))
      scene.curve(to, c, sum, this.railAt(i), this.own(i, name, leave))
    }
    this.plus(this.encodes ? "memoryAdd" : "ffnAdd", sum)
    const closed = this.encodes ? "memoryAbove" : "above"
    const after = flow.n_layer - 1 - flow.layer
    let end = sum
    if (after) {
      this.rail(sum, plan.at(closed).from + 2, this.inBlock("resid_post"), "rail")
      end = this.closedLayers(closed, flow.layer + 1, after, plan.at(closed).from + 2)
    }
    const last = this.encodes ? "across" : "guess"
    this.rail(end, plan.at(last).from, this.levels.at(-1), last)
  }

  // A norm that every row passes before a part reads it.
  norm(part) {
    const { scene, plan, band, flow } = this
    const station = plan.at(part)
    if (!station) return
    const style = { part, band: band.number, fill: flow.colours.norm, stroke: "none", radius: 3 }
    const [left, right] = [station.middle - 3, station.middle + 3]
    scene.box(left, band.top, right, band.end, { ...style, alpha: 0.5 })
  }

  // The sum of the stream and what a part made. Where a norm stands behind it, its rim is thick.
  plus(part, a) {
    const { scene, flow, band } = this
    const { edge, norm, paper, text } = flow.colours
    const rim = flow.preNorm ? { stroke: edge, width: 1 } : { stroke: norm, width: 2.5 }
    const arm = PLUS / 2
    for (const i of band.rows) {
      const c = this.railAt(i)
      scene.dot(a, c, PLUS, this.own(i, part, { fill: paper, ...rim }))
      const style = this.own(i, part, { width: 1.3, colour: text })
      scene.line(
        [
          [a - arm, c],
          [a + arm, c],
        ],
        style,
      )
      scene.line(
        [
          [a, c - arm],
          [a, c + arm],
        ],
        style,
      )
    }
  }
}
