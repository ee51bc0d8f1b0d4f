// The shapes of the flow, each with the part it belongs to and the row it is of. Every width is a
// number of the trace: a vector's length, a weight, a gate, an influence.

const RAIL = -0.4 // where lines run within a row, in rows from its middle
const LANES = { q: -0.17, k: 0.06, v: 0.29 }
const THIN = 0.16 // height of a texture, in rows
const DRAWN = 0.01 // weights below this are in the numbers, not in the picture
const RIBBON = 0.5 // rows that the ribbons into one word fill together, the whole of its attention

function sceneOf(flow, plan) {
  const scene = { shapes: [], ribbons: [] }
  const draw = new Pen(flow, plan, scene)
  if (flow.recurrent) recurrentScene(flow, plan, draw)
  else transformerScene(flow, plan, draw)
  return scene
}

// Draws in the flow's own directions and keeps what was drawn.
class Pen {
  constructor(flow, plan, scene) {
    Object.assign(this, { flow, plan, scene })
  }
  at(a, c) {
    return this.plan.point(a, c).map((x) => Math.round(x * 100) / 100).join(" ")
  }
  keep(shape) {
    this.scene.shapes.push(shape)
    return shape
  }
  line(points, style) {
    const [first, ...rest] = points.map(([a, c]) => this.at(a, c))
    return this.keep({ kind: "stroke", d: `M${first}L${rest.join("L")}`, ...style })
  }
  curve(a0, c0, a1, c1, style) {
    const middle = (a0 + a1) / 2
    const d = `M${this.at(a0, c0)}C${this.at(middle, c0)} ${this.at(middle, c1)} ${this.at(a1, c1)}`
    return this.keep({ kind: "stroke", d, ...style })
  }
  box(a0, c0, a1, c1, style) {
    const [x0, y0] = this.plan.point(a0, c0)
    const [x1, y1] = this.plan.point(a1, c1)
    return this.keep({ kind: "box", x: x0, y: y0, w: x1 - x0, h: y1 - y0, ...style })
  }
  dot(a, c, radius, style) {
    const [x, y] = this.plan.point(a, c)
    return this.keep({ kind: "dot", x, y, radius, ...style })
  }
  sign(a, c, text, style) {
    const [x, y] = this.plan.point(a, c)
    return this.keep({ kind: "text", x, y, text, ...style })
  }
  texture(name, band, row, a0, a1, c, high, style) {
    const cells = this.flow.cells(name)
    if (!cells) return
    const [x0, y0] = this.plan.point(a0, c - high / 2)
    const [x1, y1] = this.plan.point(a1, c + high / 2)
    const place = { x: x0, y: y0, w: x1 - x0, h: y1 - y0, falls: this.plan.vertical }
    const own = cells.values.subarray(row * cells.wide, (row + 1) * cells.wide)
    this.keep({ kind: "cells", cells: own, ...place, band, row, ...style })
  }
}

// px of a vector's length, compared with the longest one of the named records
function widths(flow, names, most) {
  const longest = Math.max(...names.map((name) => Math.max(...flow.lengths(name))), 1e-9)
  return (name, row) => (most * flow.lengths(name)[row]) / longest
}

function transformerScene(flow, plan, draw) {
  for (const band of plan.bands) stackScene(flow, plan, draw, band)
  if (plan.bands.length > 1) acrossScene(flow, plan, draw)
}

function stackScene(flow, plan, draw, band) {
  const { name: stack, number, pitch, row } = band
  const two = plan.bands.length > 1
  const encodes = two && number === 0
  const at = (station) => plan.stations.get(station)
  const part = (name) => `${stack}.${flow.layer}.${name}`
  const entrance = two && stack === "decoder" ? "decoder." : ""
  const rows = Array.from({ length: band.n }, (_, i) => i)
  const levels = Array.from({ length: flow.n_layer }, (_, n) => `${stack}.${n}.resid_pre`)
  levels.push(`${stack}.${flow.n_layer - 1}.resid_post`)
  const middle = [part("resid_mid"), ...(flow.has(part("resid_cross")) ? [part("resid_cross")] : [])]
  const wide = widths(flow, [...levels, ...middle, part("resid_post")], 0.17 * pitch)
  const rail = (from, to, name, station) =>
    rows.forEach((i) =>
      draw.line([[from, row(i) + RAIL * pitch], [to, row(i) + RAIL * pitch]], {
        width: wide(name, i),
        colour: flow.colours.rail,
        alpha: 0.6,
        part: station,
        record: name,
        band: number,
        row: i,
      }),
    )

  // words become vectors, and are told where they stand
  for (const station of ["embed", "positions"]) {
    const name = entrance + station
    if (!at(station) || !flow.has(name)) continue
    const { from, to } = at(station)
    rows.forEach((i) => draw.texture(name, number, i, from, to, row(i), 0.5 * pitch, { part: station }))
    if (station === "positions")
      rows.forEach((i) => draw.sign(from - SPACE / 2, row(i), "+", { part: station, band: number, row: i, colour: flow.colours.muted, anchor: "middle" }))
  }
  const entered = (at("positions") ?? at("embed")).to
  rows.forEach((i) =>
    draw.curve(entered, row(i), entered + SPACE, row(i) + RAIL * pitch, {
      width: wide(levels[0], i),
      colour: flow.colours.rail,
      part: "embed",
      record: levels[0],
      band: number,
      row: i,
    }),
  )

  // layers that are closed, before and after the opened one
  let a = entered + SPACE
  const sheets = (station, first, count) => {
    if (!count || !at(station)) return
    const { from } = at(station)
    for (let n = 0; n < count; n++) {
      const left = from + 2 + n * SHEET
      rail(a, left + SHEET - 4, levels[first + n], station)
      const edge = { part: station, band: number, layer: first + n, fill: flow.colours.kind, stroke: flow.colours.kind }
      draw.box(left, band.top - 2, left + SHEET - 4, band.end + 2, { ...edge, radius: 4, alpha: 0.22 })
      a = left + SHEET - 4
    }
  }
  sheets("below", 0, flow.layer)
  const opened = at("norm")?.from ?? at("qkv").from
  rail(a, opened, levels[flow.layer], "below")

  // the opened block: norm, queries, keys, values
  const lanes = at("qkv")
  const end = at("add")
  rail(opened, (end.from + end.to) / 2, levels[flow.layer], "rail")
  const attention = part("self_attn")
  bar(draw, flow, band, "norm", at("norm"))
  const colours = { q: flow.roles.query, k: flow.roles.key, v: flow.roles.value }
  const branch = at("norm") ? (at("norm").from + at("norm").to) / 2 : lanes.from - SPACE
  for (const lane of ["q", "k", "v"]) {
    const name = `${attention}.${lane}`
    const thick = widths(flow, [name], 0.13 * pitch)
    rows.forEach((i) => {
      const c = row(i) + LANES[lane] * pitch
      const style = { width: thick(name, i), colour: colours[lane], part: "qkv", record: name, band: number, row: i }
      draw.curve(branch, row(i) + RAIL * pitch, lanes.from, c, { ...style, alpha: 0.45 })
      draw.texture(name, number, i, lanes.from, lanes.to, c, THIN * pitch, { part: "qkv" })
    })
  }
  crossbar(flow, plan, draw, band, attention)
  ribbons(flow, plan, draw, {
    weights: `${attention}.weights`,
    part: "mix",
    from: at("mix").from,
    to: at("mix").to,
    source: band,
    lane: (i) => row(i) + LANES.v * pitch,
    target: band,
  })
  mixed(flow, plan, draw, band, attention, at("heads"), end, "heads", wideOf(flow, band, `${attention}.out`))

  // what is added to the stream, and the feed-forward network
  a = (end.from + end.to) / 2
  plus(draw, flow, band, "add", a, flow.preNorm)
  const ffn = encodes ? "memoryFfn" : "ffn"
  const add = at(encodes ? "memoryAdd" : "ffnAdd")
  if (two && !encodes) {
    const cross = (at("acrossAdd").from + at("acrossAdd").to) / 2
    rail(a, cross, part("resid_mid"), "rail")
    plus(draw, flow, band, "acrossAdd", cross, flow.preNorm)
    a = cross
  }
  const before = two && !encodes ? part("resid_cross") : part("resid_mid")
  const joined = (add.from + add.to) / 2
  rail(a, joined, before, "rail")
  if (!encodes) bar(draw, flow, band, "ffnNorm", at("ffnNorm"))
  const { from, to } = at(ffn)
  const start = !encodes && at("ffnNorm") ? (at("ffnNorm").from + at("ffnNorm").to) / 2 : from - SPACE
  const out = wideOf(flow, band, part("ffn.out"))
  rows.forEach((i) => {
    const style = { colour: flow.colours.rail, part: ffn, band: number, row: i }
    draw.curve(start, row(i) + RAIL * pitch, from, row(i) + 0.1 * pitch, { ...style, width: wide(before, i), record: before, alpha: 0.45 })
    draw.texture(part("ffn.act"), number, i, from, to, row(i) + 0.1 * pitch, 0.42 * pitch, { part: ffn })
    draw.curve(to, row(i) + 0.1 * pitch, joined, row(i) + RAIL * pitch, { ...style, width: out(part("ffn.out"), i), record: part("ffn.out"), alpha: 0.7 })
  })
  plus(draw, flow, band, encodes ? "memoryAdd" : "ffnAdd", joined, flow.preNorm)
  a = joined
  const after = flow.n_layer - 1 - flow.layer
  const station = encodes ? "memoryAbove" : "above"
  if (after) rail(a, at(station).from + 2, part("resid_post"), "rail")
  a = after ? at(station).from + 2 : a
  sheets(station, flow.layer + 1, after)
  rail(a, encodes ? at("across").from : at("guess").from, levels.at(-1), encodes ? "across" : "guess")
}

function wideOf(flow, band, name) {
  return widths(flow, [name], 0.2 * band.pitch)
}

// The norm: a gate that every row passes.
function bar(draw, flow, band, part, station) {
  if (!station) return
  const a = (station.from + station.to) / 2
  draw.box(a - 3, band.top, a + 3, band.end, { part, band: band.number, fill: flow.colours.norm, stroke: "none", radius: 3, alpha: 0.5 })
}

// The sum: what a part made joins the stream. A norm that stands behind the sum is its rim.
function plus(draw, flow, band, part, a, preNorm) {
  for (let i = 0; i < band.n; i++) {
    const c = band.row(i) + RAIL * band.pitch
    const arm = 3
    draw.dot(a, c, 6, { part, band: band.number, row: i, fill: flow.colours.paper, stroke: preNorm ? flow.colours.edge : flow.colours.norm, width: preNorm ? 1 : 2.5 })
    const style = { part, band: band.number, row: i, width: 1.3, colour: flow.colours.text }
    draw.line([[a - arm, c], [a + arm, c]], style)
    draw.line([[a, c - arm], [a, c + arm]], style)
  }
}

// Queries run along their rows, keys turn into columns where both meet; a dot is as large as the
// weight. What a decoder may not see is not crossed by any key.
function crossbar(flow, plan, draw, band, attention) {
  const { from, to } = plan.stations.get("bar")
  const { values: weights, wide } = flow.weights(`${attention}.weights`)
  const causal = band.name === "decoder"
  const { pitch, row, n, number } = band
  const step = (to - from) / n
  const column = (j) => from + (j + 0.5) * step
  const query = widths(flow, [`${attention}.q`], 0.13 * pitch)
  const key = widths(flow, [`${attention}.k`], Math.min(0.13 * pitch, 0.4 * step)) // columns stay apart
  const value = widths(flow, [`${attention}.v`], 0.13 * pitch)
  const radius = Math.min(step, pitch) * 0.48
  const mix = plan.stations.get("mix").from
  for (let i = 0; i < n; i++) {
    const own = { band: number, row: i, part: "bar" }
    const [cq, ck, cv] = ["q", "k", "v"].map((lane) => row(i) + LANES[lane] * pitch)
    draw.line([[from - SPACE, cv], [mix, cv]], { ...own, part: "mix", record: `${attention}.v`, width: value(`${attention}.v`, i), colour: flow.roles.value, alpha: 0.4, feeds: true })
    draw.line([[from - SPACE, cq], [causal ? column(i) : to, cq]], { ...own, record: `${attention}.q`, width: query(`${attention}.q`, i), colour: flow.roles.query, alpha: 0.6 })
    const down = [[from - SPACE, ck], [column(i), ck], [column(i), row(n - 1) + 0.2 * pitch]]
    const style = { ...own, record: `${attention}.k`, width: key(`${attention}.k`, i), colour: flow.roles.key, alpha: 0.45, feeds: true }
    draw.line(down, style)
    if (!causal) draw.line([[column(i), ck], [column(i), row(0) - 0.2 * pitch]], style)
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const weight = weights[i * wide + j] / 65535
      if (weight < DRAWN) continue
      draw.dot(column(j), row(i) + LANES.q * pitch, radius * Math.sqrt(weight), {
        part: "bar",
        band: number,
        row: i,
        key: j,
        weight,
        fill: `rgb(${flow.amounts[Math.round(weight * 255)]})`,
        stroke: flow.colours.edge,
        width: 0.75,
      })
    }
}

// Values on their way to the words that look at them: the ribbons into one word lie side by side
// and together are as wide as a whole attention.
function ribbons(flow, plan, draw, { weights: name, part, from, to, source, lane, target }) {
  const { values: weights, wide } = flow.weights(name)
  const whole = RIBBON * target.pitch
  for (let i = 0; i < target.n; i++) {
    let filled = -whole / 2
    for (let j = 0; j < wide; j++) {
      const weight = weights[i * wide + j] / 65535
      const c1 = target.row(i) + filled + (whole * weight) / 2
      filled += whole * weight
      if (weight < DRAWN) continue
      const style = { part, band: target.number, row: i, key: j, source: source.number, weight, record: name }
      draw.curve(from, lane(j), to, c1, { ...style, width: whole * weight, colour: flow.roles.value, alpha: 0.45 })
      draw.scene.ribbons.push({ part, from, to, c0: lane(j), c1, weight, band: target.number, row: i })
    }
  }
}

// What a word gathered; the other heads gather beside it, and all go back into the stream.
function mixed(flow, plan, draw, band, attention, { from, to }, end, part, out) {
  const { pitch, row, n, number } = band
  const others = Math.min(flow.n_head - 1, 6)
  const right = to - 4 - others * 3
  const joined = (end.from + end.to) / 2
  for (let i = 0; i < n; i++) {
    draw.texture(`${attention}.mixed`, number, i, from, right, row(i), RIBBON * pitch, { part })
    draw.curve(to, row(i), joined, row(i) + RAIL * pitch, { width: out(`${attention}.out`, i), colour: flow.roles.output, alpha: 0.8, part, record: `${attention}.out`, band: number, row: i })
  }
  for (let n = 0; n < others; n++) {
    const a = right + 3 + n * 3
    draw.line([[a, band.top + 2], [a, band.end - 2]], { part, band: number, width: 1, colour: flow.colours.edge })
  }
}

// From the encoder's last layer to the words that are being written.
function acrossScene(flow, plan, draw) {
  const [source, target] = plan.bands
  const attention = `decoder.${flow.layer}.cross_attn`
  const { from, to } = plan.stations.get("across")
  const strip = (to - from) * 0.3
  ribbons(flow, plan, draw, {
    weights: `${attention}.weights`,
    part: "across",
    from,
    to: to - strip,
    source,
    lane: (i) => source.row(i) + RAIL * source.pitch,
    target,
  })
  mixed(flow, plan, draw, target, attention, { from: to - strip, to }, plan.stations.get("acrossAdd"), "across", wideOf(flow, target, `${attention}.out`))
}

function recurrentScene(flow, plan, draw) {
  const [band] = plan.bands
  const { pitch, row, n, number } = band
  const at = (station) => plan.stations.get(station)
  const kind = flow.colours.kind
  const own = (i, part, record) => ({ part, band: number, row: i, record })
  const size = 0.56 * pitch
  for (let i = 0; i < n; i++)
    draw.texture("embed", number, i, at("embed").from, at("embed").to, row(i), 0.5 * pitch, { part: "embed" })

  for (let layer = 0; layer < flow.n_layer; layer++) {
    const [h, c] = [`${flow.kind}.${layer}.h`, `${flow.kind}.${layer}.c`]
    const below = layer ? `${flow.kind}.${layer - 1}.h` : "embed"
    const came = layer ? at(`out${layer - 1}`).to : at("embed").to
    const cell = at(`cell${layer}`)
    const gates = flow.gates(`${flow.kind}.${layer}.gates`)
    const [input, state] = [widths(flow, [below], 0.2 * pitch), widths(flow, [h], 0.3 * pitch)]
    const kept = gates && widths(flow, [c], 0.3 * pitch)
    const [keeps, hands] = [cell.from + (cell.to - cell.from) * 0.3, cell.from + (cell.to - cell.from) * 0.72]
    for (let i = 0; i < n; i++) {
      const mid = row(i)
      draw.line([[came, mid], [cell.from, mid]], { ...own(i, `in${layer}`, below), width: input(below, i), colour: flow.colours.rail })
      if (i + 1 < n) {
        // handed on to the next word
        const [begin, end] = [mid + size / 2, row(i + 1) - size / 2]
        draw.line([[gates ? hands : (keeps + hands) / 2, begin], [gates ? hands : (keeps + hands) / 2, end]], { ...own(i, `cell${layer}`, h), width: state(h, i), colour: kind, hands: true })
        if (gates) {
          draw.line([[keeps, begin], [keeps, end]], { ...own(i, `cell${layer}`, c), width: kept(c, i), colour: flow.gateColours.f, hands: true, alpha: 0.8 })
          valve(draw, flow, plan, keeps, (begin + end) / 2, gates[1 * n + i + 1], "f", own(i + 1, `cell${layer}`), true)
        }
      }
      draw.box(cell.from, mid - size / 2, cell.to, mid + size / 2, { ...own(i, `cell${layer}`, h), fill: flow.colours.paper, stroke: kind, radius: 5, width: 1.5 })
      const inner = [cell.from + 4, cell.to - 4]
      if (gates) {
        draw.texture(c, number, i, ...inner, mid - size * 0.2, size * 0.32, { part: `cell${layer}` })
        draw.texture(h, number, i, ...inner, mid + size * 0.2, size * 0.32, { part: `cell${layer}` })
        valve(draw, flow, plan, (came + cell.from) / 2 + 4, mid, gates[0 * n + i], "i", own(i, `in${layer}`), false)
      } else draw.texture(h, number, i, ...inner, mid, size * 0.62, { part: `cell${layer}` })
      const out = at(`out${layer}`)
      draw.line([[cell.to, mid], [out.to, mid]], { ...own(i, `out${layer}`, h), width: input === undefined ? 1 : widths(flow, [h], 0.2 * pitch)(h, i), colour: flow.colours.rail })
      if (gates) valve(draw, flow, plan, (cell.to + out.to) / 2, mid, gates[3 * n + i], "o", own(i, `out${layer}`), false)
    }
  }

  // what the last state would lose without each word
  const { from, to } = at("influence")
  const state = at("state")
  const last = `${flow.kind}.${flow.n_layer - 1}.h`
  const read = flow.asked
  const influence = flow.influence
  const most = influence && Math.max(...influence.subarray(0, read + 1), 1e-9)
  for (let i = 0; influence && i <= read; i++) {
    const width = (0.42 * pitch * influence[i]) / most
    draw.curve(from, row(i), to, row(read), { ...own(i, "influence", "occlusion.shift"), width, colour: kind, alpha: 0.2 + (0.55 * influence[i]) / most, influence: influence[i] })
    draw.scene.ribbons.push({ part: "influence", from, to, c0: row(i), c1: row(read), weight: influence[i] / most, band: number, row: i })
  }
  draw.box(state.from, row(read) - size / 2, state.to, row(read) + size / 2, { ...own(read, "state", last), fill: flow.colours.paper, stroke: kind, radius: 5, width: 2 })
  draw.texture(last, number, read, state.from + 3, state.to - 3, row(read), size * 0.62, { part: "state" })
}

// A gate as a valve: two plates slide together as far as the gate is shut.
function valve(draw, flow, plan, a, c, opening, gate, own, across) {
  const [half, reach] = [4, 9]
  const shut = (1 - opening) * reach
  const style = { ...own, gate, opening, radius: 0, fill: flow.gateColours[gate], stroke: "none" }
  const frame = { ...style, fill: flow.colours.paper, stroke: flow.gateColours[gate], width: 1, alpha: 0.9 }
  const box = (a0, c0, a1, c1, how) => (across ? draw.box(a + c0, c + a0, a + c1, c + a1, how) : draw.box(a + a0, c + c0, a + a1, c + c1, how))
  box(-half, -reach, half, reach, { ...frame, hollow: true })
  box(-half, -reach, half, -reach + shut, style)
  box(-half, reach - shut, half, reach, style)
}
