// Every head of every layer as a small map. Hover names a head, a click or Enter opens it.

import { newest, percent, pixelTable, readPayload } from "../viz_core.kit/shared.js"

const GAP = 6
const LARGEST = 132
const SMALLEST = 22

function show(component) {
  const { data, parentElement, setTriggerValue } = component
  const { head, numbers } = readPayload(data)
  const { n_layer: rows, n_head: columns } = head
  const [high, wide] = head.shape
  let selected = head.selected
  const measures = new Float32Array(numbers.buffer, 0, rows * columns * 5)
  const weights = numbers.subarray(rows * columns * 20)
  const root = parentElement.querySelector(".grid")
  const scroller = root.querySelector(".scroller")
  const canvas = root.querySelector("canvas")
  const tip = root.querySelector(".tip")
  const pixels = pixelTable(head.amounts)
  let cursor = selected[1] < 0 ? [selected[0], 0] : [...selected]

  const tiles = Array.from({ length: rows * columns }, (_, index) => {
    const image = new ImageData(wide, high)
    const cells = new Uint32Array(image.data.buffer)
    const offset = index * wide * high
    for (let cell = 0; cell < wide * high; cell++) cells[cell] = pixels[weights[offset + cell]]
    const tile = new OffscreenCanvas(wide, high)
    tile.getContext("2d").putImageData(image, 0, 0)
    return tile
  })

  let side = LARGEST
  const margin = 30
  function paint() {
    const width = root.clientWidth || 300
    side = Math.floor((width - margin) / columns) - GAP
    side = Math.max(SMALLEST, Math.min(LARGEST, side))
    const ratio = window.devicePixelRatio || 1
    const [w, h] = [margin + columns * (side + GAP), margin + rows * (side + GAP)]
    canvas.width = w * ratio
    canvas.height = h * ratio
    canvas.style.width = `${w}px`
    canvas.style.height = `${h}px`
    const context = canvas.getContext("2d")
    context.scale(ratio, ratio)
    context.imageSmoothingEnabled = Math.max(wide, high) > side * ratio
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
    context.font = `${0.82 * rem}px ${head.font}`
    context.fillStyle = head.muted
    context.textAlign = "center"
    context.textBaseline = "middle"
    for (let c = 0; c < columns; c++) context.fillText(c, left(c) + side / 2, margin / 2)
    for (let r = 0; r < rows; r++) context.fillText(r, margin / 2, top(r) + side / 2)
    tiles.forEach((tile, index) => {
      const [r, c] = [Math.floor(index / columns), index % columns]
      context.drawImage(tile, left(c), top(r), side, side)
      context.strokeStyle = head.faint
      context.lineWidth = 1
      context.strokeRect(left(c) - 0.5, top(r) - 0.5, side + 1, side + 1)
      if (r === selected[0] && (selected[1] < 0 || c === selected[1])) {
        context.strokeStyle = head.mark
        context.lineWidth = 3
        context.strokeRect(left(c) - 2, top(r) - 2, side + 4, side + 4)
      }
    })
    root.dataset.painted = `${selected[0]},${selected[1]}`
  }
  const left = (c) => margin + c * (side + GAP)
  const top = (r) => margin + r * (side + GAP)

  function at(event) {
    const box = canvas.getBoundingClientRect()
    const c = Math.floor((event.clientX - box.left - margin) / (side + GAP))
    const r = Math.floor((event.clientY - box.top - margin) / (side + GAP))
    return c >= 0 && r >= 0 && c < columns && r < rows ? [r, c] : null
  }

  function tell([r, c]) {
    const values = measures.subarray((r * columns + c) * 5, (r * columns + c) * 5 + 5)
    tip.replaceChildren()
    const name = document.createElement("strong")
    name.textContent = head.name.replace("{layer}", r).replace("{head}", c)
    tip.append(name)
    head.measures.forEach((label, i) => {
      const line = document.createElement("div")
      const value = values[i]
      const shown = i >= 2 ? percent(value) : Number.isNaN(value) ? "–" : value.toFixed(2)
      line.textContent = `${label}: ${shown}`
      tip.append(line)
    })
    tip.hidden = false
    const x = left(c) - scroller.scrollLeft
    const below = top(r) + side + 8
    const fits = below + tip.offsetHeight <= root.clientHeight
    tip.style.left = `${Math.max(0, Math.min(x, root.clientWidth - tip.offsetWidth))}px`
    tip.style.top = `${fits ? below : top(r) - tip.offsetHeight - 8}px`
  }

  function open(spot) {
    selected = spot // framed at once; the big map follows
    paint()
    setTriggerValue("opened", { layer: spot[0], head: spot[1] })
  }
  canvas.onmousemove = (event) => {
    const spot = at(event)
    canvas.style.cursor = spot ? "pointer" : "default"
    if (spot) tell(spot)
    else tip.hidden = true
  }
  canvas.onmouseleave = canvas.onblur = () => (tip.hidden = true)
  canvas.onclick = (event) => {
    const spot = at(event)
    if (spot) open(spot)
  }
  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }
  canvas.onkeydown = (event) => {
    if (event.key === "Enter") return open(cursor)
    if (!(event.key in moves)) return
    event.preventDefault()
    const [dr, dc] = moves[event.key]
    cursor = [(cursor[0] + dr + rows) % rows, (cursor[1] + dc + columns) % columns]
    tell(cursor)
  }
  canvas.setAttribute("role", "img") // with its words, never without
  canvas.setAttribute("aria-label", head.label)

  paint()
  const watcher = new ResizeObserver(paint)
  watcher.observe(root)
  root.watcher?.disconnect()
  root.watcher = watcher
  return () => watcher.disconnect()
}

export default newest(show)
