// Shapes to pixels, and the words, names and guesses that stand around them.

import { percent } from "../viz_core.kit/shared.js"
import { NAME } from "./plan.js"
import { nameOf } from "./read.js"
import { stateShapes } from "./recurrent.js"
import { RAIL } from "./scene.js"

const WORD = 15 // px, of token labels
export const SMALL = 14 // px, of everything else
const LONGEST = 12 // letters of a label
const BAR = 25 // px a guess takes
const FIRST_SIGHT = 400 // px of a long drawing that are seen at once: there the guess stands

export class Painter {
  constructor(flow) {
    this.flow = flow
  }

  paint(context, shape, alpha = 1) {
    context.globalAlpha = alpha * (shape.alpha ?? 1)
    this[shape.form](context, shape)
    context.globalAlpha = 1
  }

  stroke(context, { d, colour, width }) {
    context.strokeStyle = colour
    context.lineWidth = width
    context.stroke(new Path2D(d))
  }

  box(context, { x, y, w, h, radius, ...style }) {
    context.beginPath()
    context.roundRect(x, y, w, h, radius)
    this.fillAndStroke(context, style)
  }

  dot(context, { x, y, radius, ...style }) {
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    this.fillAndStroke(context, style)
  }

  fillAndStroke(context, { fill, hollow, stroke, width = 1 }) {
    context.fillStyle = fill
    if (!hollow) context.fill()
    if (stroke === "none") return
    context.strokeStyle = stroke
    context.lineWidth = width
    context.stroke()
  }

  texture(context, shape) {
    shape.numbers.forEach((value, n) => {
      context.fillStyle = this.flow.signed[value + 128]
      context.fillRect(...numberBox(shape, n))
    })
  }

  text(context, { x, y, text, colour, turned, weight = 400, size = SMALL, anchor = "start" }) {
    context.fillStyle = colour
    context.font = `${weight} ${size}px ${this.flow.font}`
    context.textAlign = { start: "left", middle: "center", end: "right" }[anchor]
    context.textBaseline = "middle"
    context.save()
    context.translate(x, y)
    if (turned) context.rotate(-Math.PI / 2)
    context.fillText(text, 0, 0)
    context.restore()
  }
}

// Where one number of a texture lies: x, y, width, height.
export function numberBox({ x, y, w, h, falls, numbers }, n) {
  const all = numbers.length
  const overlap = 0.3 // px, so that no seam shows
  return falls
    ? [x, y + (h * n) / all, w, h / all + overlap]
    : [x + (w * n) / all, y, w / all + overlap, h]
}

export function cut(text, longest = LONGEST) {
  return text.length > longest ? text.slice(0, longest - 1) + "…" : text
}

// The words themselves; what the model wrote has a colour of its own.
export function wordShapes(flow, plan) {
  const edge = plan.at("words").to - (plan.vertical ? 2 : 6)
  const { mark, muted, text } = flow.colours
  return plan.bands.flatMap((band) =>
    band.strings.map((word, row) => {
      const [x, y] = plan.point(edge, band.row(row))
      const special = band.special[row]
      return {
        form: "text",
        x,
        y,
        text: cut(word),
        size: WORD,
        anchor: plan.vertical ? "start" : "end",
        turned: plan.vertical,
        weight: special ? 400 : 600,
        colour: special ? muted : flow.wrote(band.number, row) ? mark : text,
        part: "words",
        band: band.number,
        row,
      }
    }),
  )
}

// The frame around the picked word.
export function frameShape(flow, plan, row) {
  const band = plan.bands.at(-1)
  const { from, to } = plan.at("words")
  const [x, y] = plan.point(from + 1, band.row(row) - 0.46 * band.pitch)
  const [right, bottom] = plan.point(to, band.row(row) + 0.46 * band.pitch)
  const style = { radius: 6, hollow: true, fill: "none", stroke: flow.colours.mark, width: 2 }
  return { form: "box", x, y, w: right - x, h: bottom - y, ...style }
}

// What the model says at a word: a bar each, and the rest of the vocabulary as one more.
export function guessShapes(flow, plan, row) {
  const band = plan.bands.at(-1)
  const lines = flow.guesses(row)
  const { from, to } = plan.at("guess")
  const { kind, edge, muted, text: ink } = flow.colours
  const own = { part: "guess", band: band.number, row }
  const begin = plan.vertical ? 8 : from + 26
  const room = plan.vertical ? Math.min(plan.wide, 420) - 16 : to - begin
  const high = (lines.length + 1) * BAR
  const middle = band.row(row)
  const top = plan.vertical
    ? from
    : Math.max(plan.bands[0].top, Math.min(middle - high / 2, plan.across - high, FIRST_SIGHT - high))
  if (!lines.length)
    return [{ form: "text", x: begin, y: top + BAR / 2, text: flow.words.silent, colour: muted }]
  const shapes = []
  if (!plan.vertical) {
    const [a, c] = flow.recurrent
      ? [plan.at("state").to, middle]
      : [from, middle + RAIL * band.pitch]
    const bend = (a + begin) / 2
    const end = top + high / 2
    const d = `M${a} ${c}C${bend} ${c} ${bend} ${end} ${begin - 4} ${end}`
    shapes.push({ form: "stroke", d, width: 2, colour: kind, alpha: 0.8, ...own })
    if (flow.recurrent && row !== flow.answer) shapes.push(...stateShapes(flow, plan, row))
  }
  const label = Math.min(96, 0.42 * room)
  const widest = room - label - 56
  const rest = Math.max(0, 1 - lines.reduce((sum, [, prob]) => sum + prob, 0))
  const all = [...lines.map(([word, prob]) => [cut(word), prob]), [flow.words.rest, rest]]
  all.forEach(([word, prob], n) => {
    const last = n === lines.length
    const y = top + (n + 0.5) * BAR
    const x = begin + label
    const wide = widest * prob
    const type = last ? { size: 13, colour: muted } : { size: WORD, colour: ink }
    const bar = { radius: 2, fill: last ? edge : kind, stroke: "none" }
    const said = { text: percent(prob), colour: muted }
    shapes.push(
      {
        form: "text",
        x: x - 6,
        y,
        text: word,
        anchor: "end",
        weight: n ? 400 : 700,
        ...type,
        ...own,
      },
      { form: "box", x, y: y - BAR / 2 + 5, w: Math.max(wide, 0.5), h: BAR - 10, ...bar, ...own },
      { form: "text", x: x + wide + 6, y, ...said, ...own },
    )
  })
  return shapes
}

// The names of the stations, in up to three lines where one would be too narrow.
export function stationNames(flow, plan) {
  const measure = new OffscreenCanvas(1, 1).getContext("2d")
  measure.font = `600 ${SMALL}px ${flow.font}`
  if (plan.vertical)
    return [...plan.stations.values()].flatMap(({ name, from }) => {
      const band = plan.bands.find((one) => nameOf(flow, name, one))
      if (!band) return []
      const label = nameOf(flow, name, band)
      return [{ name, band: band.number, label, x: 4, y: from - NAME / 2, anchor: "start" }]
    })
  return plan.bands.flatMap((band) => {
    const ends = [-Infinity, -Infinity, -Infinity] // of the last name in each line
    return [...plan.stations.values()].flatMap(({ name, from, middle }) => {
      const label = nameOf(flow, name, band)
      if (!label) return []
      const half = measure.measureText(label).width / 2
      const x = name === "guess" ? from + 26 + half : Math.max(middle, half)
      const free = ends.findIndex((end) => end + 8 <= x - half)
      const line = free < 0 ? ends.indexOf(Math.min(...ends)) : free
      ends[line] = x + half
      const y = band.top - 12 - 16 * line
      return [{ name, band: band.number, label, x, y, anchor: "middle" }]
    })
  })
}
