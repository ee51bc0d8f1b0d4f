// A page's view that lives without the app: what pictures say where one points, canvas views, themes.

const FORMAT = /^([+]?),?\.?(\d*)([fge%d]?)$/

function written(value, form) {
  if (value === null || value === undefined) return "–"
  if (typeof value !== "number") return String(value)
  const [, sign, digits, kind] = FORMAT.exec(form ?? "") ?? []
  const n = digits === "" || digits === undefined ? 4 : Number(digits)
  let text
  if (kind === "f") text = value.toFixed(n)
  else if (kind === "%") text = `${(100 * value).toFixed(n)}%`
  else if (kind === "e") text = value.toExponential(n)
  else text = String(Number(value.toPrecision(n || 1)))
  return `${sign && value >= 0 ? "+" : ""}${text}`.replace("-", "−")
}

// Plotly's template for one cell, as plain words with line feeds
export function filled(template, look) {
  return plain(
    template.replace(/%\{([^}:]+)(?::([^}]*))?\}/g, (_all, name, form) => {
      const [first, ...indices] = name.split(/[[\]]+/).filter(Boolean)
      const found = indices.reduce((value, index) => value?.[Number(index)], look(first))
      return written(found, form).replaceAll("<", "\u0001")
    }),
  ).replaceAll("\u0001", "<")
}

function plain(text) {
  return text
    .replace(/<extra>.*?(<\/extra>|$)/gs, "")
    .replace(/<br\s*\/?>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
}

const NOTHING = -32768 // stands for a gap among packed numbers
const NEAR = 18 // px of the picture, within which a point is meant

function saysAt(spots, x, y) {
  for (const spot of [...spots].reverse()) {
    const said = spot.cells ? cellAt(spot, x, y) : spot.boxes ? boxAt(spot, x, y) : pointAt(spot, x, y)
    if (said) return said
  }
  return ""
}

function cellAt({ cells: [left, right, top, bottom], ...spot }, x, y) {
  const column = left.findIndex((edge, n) => x >= edge && x <= right[n])
  const row = top.findIndex((edge, n) => y >= edge && y <= bottom[n])
  if (column < 0 || row < 0) return ""
  const z = numberAt(spot, row, column)
  if (z === null) return ""
  const known = { x: spot.x[column], y: spot.y[row], z }
  const more = (name) => spot[name]?.[row]?.[column] ?? spot[name]?.[row]?.[0]
  return filled(spot.template, (name) => known[name] ?? more(name))
}

function numberAt(spot, row, column) {
  if (spot.z) return spot.z[row][column]
  spot.numbers ??= new Int16Array(bytesOf(spot.packed).buffer)
  const held = spot.numbers[row * spot.x.length + column]
  return held === NOTHING ? null : (held / 32767) * spot.limit
}

function boxAt({ boxes, says }, x, y) {
  const at = boxes.findIndex(([a, b, c, d]) => x >= a && x <= c && y >= b && y <= d)
  return says[at] ?? ""
}

function pointAt({ points, says }, x, y) {
  let [best, nearest] = [-1, NEAR]
  points.forEach(([px, py], n) => {
    const away = Math.hypot(px - x, py - y)
    if (away < nearest) [best, nearest] = [n, away]
  })
  return says[best] ?? ""
}

// One tip for all pictures below an element; a finger that rests on a picture points, too.
export function tellWherePointed(root) {
  const tip = document.createElement("div")
  tip.className = "tip"
  tip.setAttribute("role", "status")
  tip.hidden = true
  root.append(tip)
  const known = new WeakMap()
  function point(event) {
    const svg = event.target.closest?.("svg[data-spots]")
    if (!svg) return void (tip.hidden = true)
    if (!known.has(svg)) known.set(svg, JSON.parse(svg.dataset.spots))
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(
      svg.getScreenCTM().inverse(),
    )
    const said = saysAt(known.get(svg), at.x, at.y)
    tip.hidden = !said
    if (!said) return
    tip.textContent = said
    const room = document.documentElement.clientWidth
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, room - tip.offsetWidth - 4))}px`
    const below = event.clientY + 18 + tip.offsetHeight < innerHeight
    tip.style.top = `${below ? event.clientY + 18 : event.clientY - tip.offsetHeight - 12}px`
  }
  root.addEventListener("pointermove", point)
  root.addEventListener("pointerdown", point)
  root.addEventListener("pointerleave", () => (tip.hidden = true))
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}

// The canvas views below an element; they ask for nothing, for there is nobody to answer.
// `viewOf` gives the code of a view by its name.
export async function startViews(root, viewOf) {
  for (const host of root.querySelectorAll(".view[data-view]")) {
    if (host.shadowRoot) continue
    const shadow = host.attachShadow({ mode: "open" })
    shadow.append(host.querySelector("template").content.cloneNode(true))
    const { view, bytes, json } = host.dataset
    const data = bytes === undefined ? JSON.parse(json) : bytesOf(bytes)
    const show = await viewOf(view)
    show({ data, parentElement: shadow, name: view, key: view, setTriggerValue() {}, setStateValue() {} })
  }
}
