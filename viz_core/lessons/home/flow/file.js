// The picture as a file, with model, settings and text under it.

import { cut, numberBox, SMALL } from "./paint.js"

const SVG = "http://www.w3.org/2000/svg"
const CAPTION = 56 // px under the picture
export const MOST = 16e6 // pixels of one canvas that any browser holds with ease

function element(tag, values = {}, text = "") {
  const node = document.createElementNS(SVG, tag)
  for (const [key, value] of Object.entries(values))
    if (value !== undefined) node.setAttribute(key, value)
  node.textContent = text
  return node
}

export function svgOf(flow, plan, shapes, names) {
  const [width, height] = [Math.ceil(plan.width), Math.ceil(plan.height + CAPTION)]
  const svg = element("svg", {
    xmlns: SVG,
    width: width * plan.size,
    height: height * plan.size,
    viewBox: `0 0 ${width} ${height}`,
    "font-family": flow.font,
  })
  const signs = names.map(({ label, ...place }) => ({
    form: "text",
    ...place,
    text: label,
    weight: 600,
    colour: flow.colours.text,
  }))
  const letters = Math.floor(width / 7.5) // of the caption that fit
  const { text, muted } = flow.colours
  const title = { y: height - 38, text: flow.title, size: 17, weight: 600, colour: text }
  const note = { y: height - 14, text: cut(flow.note, letters), colour: muted }
  svg.append(
    element("title", {}, `${flow.title} · ${flow.note}`),
    element("desc", {}, flow.summary),
    element("rect", { width, height, fill: flow.colours.paper }),
    ...[...shapes, ...signs].flatMap((shape) => elementsOf(flow, shape)),
    ...[title, note].flatMap((one) => elementsOf(flow, { form: "text", x: 4, ...one })),
  )
  return new XMLSerializer().serializeToString(svg)
}

function elementsOf(flow, shape) {
  const { form, x, y, w, h, radius, fill, stroke, width = 1, alpha: opacity = 1 } = shape
  const data = {
    "data-part": shape.part,
    "data-band": shape.band,
    "data-row": shape.row,
    "data-key": shape.key,
    "data-gate": shape.gate,
    "data-record": shape.record,
  }
  const edge = { stroke, "stroke-width": width, opacity, ...data }
  if (form === "stroke") {
    const { d, colour } = shape
    return [element("path", { d, fill: "none", ...edge, stroke: colour })]
  }
  if (form === "box") {
    const place = { x, y, width: w, height: h, rx: radius }
    return [element("rect", { ...place, fill: shape.hollow ? "none" : fill, ...edge })]
  }
  if (form === "dot") return [element("circle", { cx: x, cy: y, r: radius, fill, ...edge })]
  if (form === "text") {
    const style = {
      x,
      y,
      fill: shape.colour,
      "font-size": shape.size ?? SMALL,
      "font-weight": shape.weight ?? 400,
      "text-anchor": shape.anchor ?? "start",
      "dominant-baseline": "central",
      transform: shape.turned ? `rotate(-90 ${x} ${y})` : undefined,
    }
    return [element("text", { ...style, ...data }, shape.text)]
  }
  return Array.from(shape.numbers, (value, n) => {
    const [left, top, width, height] = numberBox(shape, n).map((one) => Math.round(one * 100) / 100)
    return element("rect", { x: left, y: top, width, height, fill: flow.signed[value + 128] })
  })
}

// `failed` is called when nothing could be saved.
export function save(svg, name, format, failed) {
  const blob = new Blob([svg], { type: "image/svg+xml" })
  if (format === "svg") return download(blob, `${name}.svg`)
  const image = new Image()
  image.onload = () => {
    const scale = Math.min(2, Math.sqrt(MOST / (image.width * image.height)))
    const canvas = document.createElement("canvas")
    canvas.width = image.width * scale
    canvas.height = image.height * scale
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    URL.revokeObjectURL(image.src)
    canvas.toBlob((png) => (png ? download(png, `${name}.png`) : failed()))
  }
  image.onerror = () => {
    URL.revokeObjectURL(image.src)
    failed()
  }
  image.src = URL.createObjectURL(blob)
}

function download(blob, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
