// Shapes to pixels, and the words, names and guesses that stand around them.

const WORD = 15 // px, of token labels
const SMALL = 14 // px, of everything else
const LONGEST = 12 // letters of a label
const BAR = 25 // px a guess takes

class Painter {
  constructor(flow) {
    this.flow = flow
  }

  paint(pen, shape, alpha = 1) {
    pen.globalAlpha = alpha * (shape.alpha ?? 1)
    this[shape.kind](pen, shape)
    pen.globalAlpha = 1
  }

  stroke(pen, { d, colour, width }) {
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.stroke(new Path2D(d))
  }

  box(pen, { x, y, w, h, radius, ...style }) {
    pen.beginPath()
    pen.roundRect(x, y, w, h, radius)
    this.ink(pen, style)
  }

  dot(pen, { x, y, radius, ...style }) {
    pen.beginPath()
    pen.arc(x, y, radius, 0, 2 * Math.PI)
    this.ink(pen, style)
  }

  ink(pen, { fill, hollow, stroke, width = 1 }) {
    pen.fillStyle = fill
    if (!hollow) pen.fill()
    if (stroke === "none") return
    pen.strokeStyle = stroke
    pen.lineWidth = width
    pen.stroke()
  }

  cells(pen, shape) {
    shape.cells.forEach((value, cell) => {
      pen.fillStyle = this.flow.signed[value + 128]
      pen.fillRect(...cellOf(shape, cell))
    })
  }

  text(pen, { x, y, text, colour, turned, weight = 400, size = SMALL, anchor = "start" }) {
    pen.fillStyle = colour
    pen.font = `${weight} ${size}px ${this.flow.font}`
    pen.textAlign = { start: "left", middle: "center", end: "right" }[anchor]
    pen.textBaseline = "middle"
    pen.save()
    pen.translate(x, y)
    if (turned) pen.rotate(-Math.PI / 2)
    pen.fillText(text, 0, 0)
    pen.restore()
  }
}

// Where one number of a texture lies: x, y, width, height.
function cellOf({ x, y, w, h, falls, cells }, cell) {
  const n = cells.length
  const overlap = 0.3 // px, so that no seam shows
  return falls
    ? [x, y + (h * cell) / n, w, h / n + overlap]
    : [x + (w * cell) / n, y, w / n + overlap, h]
}

function cut(text, longest = LONGEST) {
  return text.length > longest ? text.slice(0, longest - 1) + "…" : text
}

// The words themselves; what the model wrote has a colour of its own.
function wordShapes(flow, plan) {
  const edge = plan.at("words").to - (plan.vertical ? 2 : 6)
  const { mark, muted, text } = flow.colours
  return plan.bands.flatMap((band) =>
    band.strings.map((word, row) => {
      const [x, y] = plan.point(edge, band.row(row))
      const special = band.special[row]
      return {
        kind: "text",
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
function frameShape(flow, plan, row) {
  const band = plan.bands.at(-1)
  const { from, to } = plan.at("words")
  const [x, y] = plan.point(from + 1, band.row(row) - 0.46 * band.pitch)
  const [right, bottom] = plan.point(to, band.row(row) + 0.46 * band.pitch)
  const style = { radius: 6, hollow: true, fill: "none", stroke: flow.colours.mark, width: 2 }
  return { kind: "box", x, y, w: right - x, h: bottom - y, ...style }
}

// What the model says at a word: a bar each, and the rest of the vocabulary as one more.
function guessShapes(flow, plan, row) {
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
    : Math.max(band.top, Math.min(middle - high / 2, plan.across - high))
  if (!lines.length)
    return [{ kind: "text", x: begin, y: top + BAR / 2, text: flow.words.silent, colour: muted }]
  const shapes = []
  if (!plan.vertical) {
    const [a, c] = flow.recurrent
      ? [plan.at("state").to, middle]
      : [from, middle + RAIL * band.pitch]
    const bend = (a + begin) / 2
    const end = top + high / 2
    const d = `M${a} ${c}C${bend} ${c} ${bend} ${end} ${begin - 4} ${end}`
    shapes.push({ kind: "stroke", d, width: 2, colour: kind, alpha: 0.8, ...own })
    if (flow.recurrent && row !== flow.asked) shapes.push(...stateShapes(flow, plan, row))
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
        kind: "text",
        x: x - 6,
        y,
        text: word,
        anchor: "end",
        weight: n ? 400 : 700,
        ...type,
        ...own,
      },
      { kind: "box", x, y: y - BAR / 2 + 5, w: Math.max(wide, 0.5), h: BAR - 10, ...bar, ...own },
      { kind: "text", x: x + wide + 6, y, ...said, ...own },
    )
  })
  return shapes
}

function percent(share) {
  return share > 0 && share < 0.001 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`
}

// The names of the stations, in two lines where one would be too narrow.
function stationNames(flow, plan) {
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
    const ends = [-Infinity, -Infinity] // of the last name in each line
    return [...plan.stations.values()].flatMap(({ name, from, middle }) => {
      const label = nameOf(flow, name, band)
      if (!label) return []
      const half = measure.measureText(label).width / 2
      const x = name === "guess" ? from + 26 + half : Math.max(middle, half)
      const fits = ends.map((end) => end + 8 <= x - half)
      const line = fits[0] ? 0 : fits[1] || ends[1] < ends[0] ? 1 : 0
      ends[line] = x + half
      const y = band.top - (line ? 32 : 14)
      return [{ name, band: band.number, label, x, y, anchor: "middle" }]
    })
  })
}
