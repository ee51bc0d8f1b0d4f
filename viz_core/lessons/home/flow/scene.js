// Draws in the flow's own directions and keeps what was drawn: a list of shapes, each with the part
// it belongs to, its band and row, and the record whose number is its width.

export const RAIL = -0.4 // where the residual stream runs within a row, in rows from the row's middle
export const DRAWN = 0.01 // weights below this are in the numbers, not in the picture
export const RIBBON = 0.5 // rows that the ribbons into one word fill together: the whole of its attention
export const THICK = { stream: 0.17, lane: 0.13, state: 0.3, input: 0.2, influence: 0.42 } // rows

export class Scene {
  constructor(flow, plan) {
    this.flow = flow
    this.plan = plan
    this.shapes = []
    this.ribbons = [] // curves that the data follows while it plays
  }

  at(a, c) {
    return this.plan
      .point(a, c)
      .map((x) => Math.round(x * 100) / 100)
      .join(" ")
  }

  keep(shape) {
    this.shapes.push(shape)
  }

  line(points, style) {
    const [first, ...rest] = points.map(([a, c]) => this.at(a, c))
    this.keep({ form: "stroke", d: `M${first}L${rest.join("L")}`, ...style })
  }

  curve(a0, c0, a1, c1, style) {
    const middle = (a0 + a1) / 2
    const d = `M${this.at(a0, c0)}C${this.at(middle, c0)} ${this.at(middle, c1)} ${this.at(a1, c1)}`
    this.keep({ form: "stroke", d, ...style })
  }

  // A curve that the data follows while it plays; `share` is its part of the widest one.
  ribbon(from, c0, to, c1, share, style) {
    this.curve(from, c0, to, c1, style)
    const { band, row, part } = style
    this.ribbons.push({ from, to, c0, c1, share, band, row, part })
  }

  box(a0, c0, a1, c1, style) {
    const [x, y] = this.plan.point(a0, c0)
    const [right, bottom] = this.plan.point(a1, c1)
    this.keep({ form: "box", x, y, w: right - x, h: bottom - y, ...style })
  }

  dot(a, c, radius, style) {
    const [x, y] = this.plan.point(a, c)
    this.keep({ form: "dot", x, y, radius, ...style })
  }

  sign(a, c, text, style) {
    const [x, y] = this.plan.point(a, c)
    this.keep({ form: "text", x, y, text, anchor: "middle", ...style })
  }

  // The first numbers of a row's vector, side by side along the flow.
  texture(name, a0, a1, c, high, style) {
    const { values, columns } = this.flow.texture(name)
    const [x, y] = this.plan.point(a0, c - high / 2)
    const [right, bottom] = this.plan.point(a1, c + high / 2)
    const numbers = values.subarray(style.row * columns, (style.row + 1) * columns)
    const falls = this.plan.vertical
    this.keep({ form: "texture", numbers, x, y, w: right - x, h: bottom - y, falls, ...style })
  }

  // px of vectors' lengths on one scale: the longest of all the named records is `most` wide
  widths(names, most) {
    const longest = Math.max(...names.map((name) => Math.max(...this.flow.lengths(name))), 1e-9)
    return (name, row) => (most * this.flow.lengths(name)[row]) / longest
  }
}
