// A heat map by keyboard and ear: arrow keys move a cell cursor, whose number is told. It lies over
// the picture that Plotly draws, lets the mouse through, and reads what Plotly has drawn there.

import { newest } from "../viz_core.kit/shared.js"

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

function show({ data, parentElement }) {
  const over = parentElement.querySelector(".cells")
  const cell = over.querySelector(".cell")
  const said = parentElement.querySelector(".said")
  over.setAttribute("aria-label", data.label)
  over.style.setProperty("--mark", data.mark)
  const at = (over.at ??= { map: 0, row: 0, column: 0 })

  const plot = () => document.querySelector(`.st-key-sheet_${data.name} .js-plotly-plot`)
  const maps = () => (plot()?._fullData ?? []).filter(({ type }) => type === "heatmap")
  const axes = (map) =>
    [map.xaxis, map.yaxis].map((id) => plot()._fullLayout[id.replace(/^[xy]/, "$&axis")])
  const sizes = (map) => [map.z.length, map.z[0].length]

  // a word as it is read: without the dot of the space before it, the place of a twin behind it
  function name(axis, places, n) {
    const value = places?.[n] ?? n
    const tick = axis.ticktext ? axis.tickvals.findIndex((one) => one === value) : -1
    const text = document.createElement("textarea")
    text.innerHTML = String(tick < 0 ? value : axis.ticktext[tick]).replace(/<[^>]*>/g, " ")
    return text.value.trim().replace(/^·(?=\S)/, "")
  }

  function place() {
    const map = maps()[at.map]
    cell.hidden = !map || !over.matches(":focus")
    if (cell.hidden) return
    const [x, y] = axes(map)
    const [from, box] = [over.getBoundingClientRect(), plot().getBoundingClientRect()]
    const scale = box.width / plot().offsetWidth
    const span = (axis, places, n) => {
      const middle = axis.d2p(places?.[n] ?? n)
      const half = Math.abs(axis.d2p(places?.[1] ?? 1) - axis.d2p(places?.[0] ?? 0)) / 2
      return [axis._offset + middle - half, 2 * half]
    }
    const [left, width] = span(x, map.x, at.column)
    const [top, height] = span(y, map.y, at.row)
    cell.style.left = `${(box.left - from.left) / scale + left}px`
    cell.style.top = `${(box.top - from.top) / scale + top}px`
    cell.style.width = `${width}px`
    cell.style.height = `${height}px`
    cell.scrollIntoView({ block: "nearest", inline: "nearest" })
  }

  function tell() {
    const map = maps()[at.map]
    if (!map) return
    const [x, y] = axes(map)
    const value = map.z[at.row][at.column]
    const shown = Number.isFinite(value) ? value.toFixed(2) : data.hidden
    const words = { row: name(y, map.y, at.row), column: name(x, map.x, at.column), value: shown }
    said.textContent = data.says.replace(/\{(\w+)\}/g, (_, key) => words[key])
    place()
  }

  function move([down, right]) {
    const known = maps()
    const [rows, columns] = sizes(known[at.map])
    at.column = Math.max(0, Math.min(columns - 1, at.column + right))
    at.row += down
    const next = known[at.map + down]
    if (at.row < 0 || at.row >= rows) {
      if (next) {
        at.map += down
        at.row = down > 0 ? 0 : sizes(next)[0] - 1
        at.column = Math.min(at.column, sizes(next)[1] - 1)
      } else at.row -= down
    }
  }

  // another text has other cells
  function within() {
    const known = maps()
    if (!known.length) return false
    at.map = Math.min(at.map, known.length - 1)
    const [rows, columns] = sizes(known[at.map])
    at.row = Math.min(at.row, rows - 1)
    at.column = Math.min(at.column, columns - 1)
    return true
  }

  over.onkeydown = (event) => {
    if (!(event.key in MOVES) || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    if (!within()) return
    move(MOVES[event.key])
    tell()
  }
  over.onfocus = () => within() && tell()
  over.onblur = place
  place()
}

export default newest(show)
