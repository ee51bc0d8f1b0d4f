// Shapes to pixels, and the same shapes to SVG.

const WORD = 15 // px, of token labels
const SMALL = 14

class Painter {
  constructor(flow) {
    this.flow = flow
    this.signed = flow.signed.map((colour) => `rgb(${colour})`)
  }

  shape(pen, shape, alpha = 1) {
    pen.globalAlpha = alpha * (shape.alpha ?? 1)
    const edged = shape.stroke && shape.stroke !== "none"
    if (shape.kind === "stroke") {
      pen.strokeStyle = shape.colour
      pen.lineWidth = shape.width
      pen.stroke((shape.path ??= new Path2D(shape.d)))
    } else if (shape.kind === "box") {
      pen.beginPath()
      pen.roundRect(shape.x, shape.y, shape.w, shape.h, shape.radius)
      pen.fillStyle = shape.fill
      if (!shape.hollow) pen.fill()
      pen.strokeStyle = shape.stroke
      pen.lineWidth = shape.width ?? 1
      if (edged) pen.stroke()
    } else if (shape.kind === "dot") {
      pen.beginPath()
      pen.arc(shape.x, shape.y, shape.radius, 0, 2 * Math.PI)
      pen.fillStyle = shape.fill
      pen.fill()
      pen.strokeStyle = shape.stroke
      pen.lineWidth = shape.width ?? 1
      if (edged) pen.stroke()
    } else if (shape.kind === "cells") {
      const n = shape.cells.length
      for (let cell = 0; cell < n; cell++) {
        const [x, y, w, h] = cellOf(shape, cell, n)
        pen.fillStyle = this.signed[shape.cells[cell] + 128]
        pen.fillRect(x, y, w, h)
      }
    } else if (shape.kind === "text") {
      pen.fillStyle = shape.colour
      pen.font = `${shape.weight ?? 400} ${shape.size ?? SMALL}px ${this.flow.font}`
      pen.textAlign = { start: "left", middle: "center", end: "right" }[shape.anchor ?? "start"]
      pen.textBaseline = "middle"
      if (shape.turned) {
        pen.save()
        pen.translate(shape.x, shape.y)
        pen.rotate(-Math.PI / 2)
        pen.fillText(shape.text, 0, 0)
        pen.restore()
      } else pen.fillText(shape.text, shape.x, shape.y)
    } else throw new Error(`no such shape: ${shape.kind}`)
    pen.globalAlpha = 1
  }
}

// where one number of a texture lies
function cellOf({ x, y, w, h, falls }, cell, n) {
  const [begin, end] = [cell / n, (cell + 1) / n]
  return falls ? [x, y + h * begin, w, h * (end - begin) + 0.3] : [x + w * begin, y, w * (end - begin) + 0.3, h]
}

// The words themselves, as shapes.
function wordShapes(flow, plan) {
  const { from, to } = plan.stations.get("words")
  const shapes = []
  for (const band of plan.bands)
    band.strings.forEach((text, row) => {
      const [x, y] = plan.point(plan.vertical ? to - 2 : to - 6, band.row(row))
      const wrote = band.number === plan.bands.length - 1 && row >= flow.n_read
      shapes.push({
        kind: "text",
        x,
        y,
        text: text.length > 12 ? text.slice(0, 11) + "…" : text,
        size: WORD,
        anchor: plan.vertical ? "start" : "end",
        turned: plan.vertical,
        weight: band.special[row] ? 400 : 600,
        colour: wrote ? flow.colours.kindText : band.special[row] ? flow.colours.muted : flow.colours.text,
        part: "words",
        band: band.number,
        row,
        room: to - from,
      })
    })
  return shapes
}

// What the model says at a word: bars, and the rest of the vocabulary as one more.
function guessShapes(flow, plan, row) {
  const band = plan.bands.at(-1)
  const { from, to } = plan.stations.get("guess")
  const lines = flow.guessesOf(row)
  const shapes = []
  const high = 25
  const begin = plan.vertical ? 8 : from + 26
  const room = plan.vertical ? Math.min(plan.width, 420) - 16 : to - begin
  const needed = (lines.length + 1) * high
  const middle = band.row(row)
  const top = plan.vertical
    ? from + 22
    : Math.max(HEAD, Math.min(middle - needed / 2, plan.across - needed))
  const style = { part: "guess", band: band.number, row }
  if (!plan.vertical) {
    const c0 = flow.recurrent ? middle : middle + RAIL * band.pitch
    const a0 = flow.recurrent ? plan.stations.get("state").to : from
    const mid = (a0 + begin) / 2
    const d = `M${a0} ${c0}C${mid} ${c0} ${mid} ${top + needed / 2} ${begin - 4} ${top + needed / 2}`
    if (lines.length) shapes.push({ kind: "stroke", d, width: 2, colour: flow.colours.kind, alpha: 0.8, ...style })
  }
  if (!lines.length) {
    shapes.push({ kind: "text", x: begin, y: top + high / 2, text: flow.words.silent, colour: flow.colours.muted, ...style })
    return shapes
  }
  const label = Math.min(96, room * 0.42)
  const bars = room - label - 48
  const rest = Math.max(0, 1 - lines.reduce((sum, [, prob]) => sum + prob, 0))
  const all = [...lines, [flow.words.rest, rest]]
  all.forEach(([text, prob], n) => {
    const y = top + n * high
    const last = n === lines.length
    const cut = text.length > 11 && !last ? text.slice(0, 10) + "…" : text
    shapes.push({ kind: "text", x: begin + label - 6, y: y + high / 2, text: cut, anchor: "end", size: last ? 13 : WORD, weight: n ? 400 : 700, colour: last ? flow.colours.muted : flow.colours.text, ...style })
    shapes.push({ kind: "box", x: begin + label, y: y + 5, w: Math.max(bars * prob, 0.5), h: high - 10, radius: 2, fill: last ? flow.colours.edge : flow.colours.kind, stroke: "none", prob, ...style })
    shapes.push({ kind: "text", x: begin + label + bars * prob + 6, y: y + high / 2, text: percent(prob), size: SMALL, colour: flow.colours.muted, ...style })
  })
  return shapes
}

function percent(share) {
  return share > 0 && share < 0.001 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`
}

// The names of the stations, in two lines where one would be too narrow; [{name, x, y, label}]
function nameShapes(flow, plan) {
  const measure = new OffscreenCanvas(1, 1).getContext("2d")
  measure.font = `600 ${SMALL}px ${flow.font}`
  const names = []
  for (const band of plan.vertical ? plan.bands.slice(0, 1) : plan.bands) {
    const ends = [-Infinity, -Infinity]
    for (const { name, from, to } of plan.stations.values()) {
      const label = flow.nameOf(name, band)
      if (!label) continue
      if (plan.vertical) {
        names.push({ name, label, x: 4, y: from - 13, anchor: "start" })
        continue
      }
      const half = measure.measureText(label).width / 2
      const last = name === "guess"
      const x = last ? from + 26 + half : Math.max((from + to) / 2, half)
      let level = ends[0] + 10 <= x - half ? 0 : 1
      if (level && ends[1] + 10 > x - half) level = ends[0] < ends[1] ? 0 : 1
      ends[level] = x + half
      names.push({ name, label, x, y: band.top - (level ? 32 : 14), anchor: "middle" })
    }
  }
  return names
}

// The whole picture as one SVG file, with model, text and settings under it.
function svgOf(flow, plan, shapes, names) {
  const space = "http://www.w3.org/2000/svg"
  const size = plan.size
  const caption = 34
  const svg = document.createElementNS(space, "svg")
  const set = (node, values) => {
    for (const [key, value] of Object.entries(values)) if (value !== undefined) node.setAttribute(key, value)
    return node
  }
  const add = (tag, values) => svg.appendChild(set(document.createElementNS(space, tag), values))
  const [w, h] = [Math.ceil(plan.width), Math.ceil(plan.height + caption)]
  set(svg, { xmlns: space, width: w * size, height: h * size, viewBox: `0 0 ${w} ${h}`, "font-family": flow.font })
  const title = document.createElementNS(space, "title")
  title.textContent = flow.note
  svg.append(title)
  const about = document.createElementNS(space, "desc")
  about.textContent = flow.summary
  svg.append(about)
  add("rect", { width: w, height: h, fill: flow.colours.paper })
  const signs = names.map(({ label, x, y, anchor }) => ({ kind: "text", text: label, x, y, anchor, weight: 600, colour: flow.colours.text }))
  const foot = { kind: "text", text: flow.note, x: 4, y: h - caption / 2, size: SMALL, colour: flow.colours.muted }
  for (const shape of [...shapes, ...signs, foot]) {
    const data = { "data-part": shape.part, "data-band": shape.band, "data-row": shape.row, "data-key": shape.key, "data-record": shape.record }
    const opacity = shape.alpha ?? 1
    if (shape.kind === "stroke") add("path", { d: shape.d, fill: "none", stroke: shape.colour, "stroke-width": shape.width, opacity, ...data })
    else if (shape.kind === "box") add("rect", { x: shape.x, y: shape.y, width: shape.w, height: shape.h, rx: shape.radius, fill: shape.hollow ? "none" : shape.fill, stroke: shape.stroke, "stroke-width": shape.width ?? 1, opacity, "data-gate": shape.gate, ...data })
    else if (shape.kind === "dot") add("circle", { cx: shape.x, cy: shape.y, r: shape.radius, fill: shape.fill, stroke: shape.stroke, "stroke-width": shape.width ?? 1, opacity, ...data })
    else if (shape.kind === "text") {
      const turn = shape.turned ? `rotate(-90 ${shape.x} ${shape.y})` : undefined
      const text = add("text", { x: shape.x, y: shape.y, fill: shape.colour, "font-size": shape.size ?? SMALL, "font-weight": shape.weight ?? 400, "text-anchor": shape.anchor ?? "start", "dominant-baseline": "central", transform: turn, ...data })
      text.textContent = shape.text
    } else if (shape.kind === "cells") {
      const n = shape.cells.length
      shape.cells.forEach((value, cell) => {
        const [x, y, width, height] = cellOf(shape, cell, n).map((number) => Math.round(number * 100) / 100)
        add("rect", { x, y, width, height, fill: `rgb(${flow.signed[value + 128]})` })
      })
    }
  }
  return new XMLSerializer().serializeToString(svg)
}
