// A grid to draw on, by mouse, finger or keyboard. Strokes are drawn on a grid four times as fine, and
// a cell's number is how many of its sixteen parts are dark: so the pictures that were trained on were
// made, too. The app hears of a picture when a stroke is over.

import { newest } from "../viz_core.kit/shared.js"

const SIDE = 8
const FINE = 4 // parts along a side of a cell
const DARKEST = FINE * FINE
const BRUSH = 2.1 // parts that a stroke reaches to each side
const REST = 350 // ms without a key before the app hears of cells that keys changed
const MARKS = "0123456789abcdefg"
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function show({ data, parentElement, setTriggerValue }) {
  const canvas = parentElement.querySelector("canvas")
  const state = (canvas.state ??= begin(canvas, parentElement.querySelector(".said")))
  Object.assign(state, { data, tell: setTriggerValue })
  canvas.setAttribute("aria-label", data.label)
  canvas.dataset.picture = data.picture
  if (!state.held && !state.timer) state.take(data.picture)
  state.paint()
}

function begin(canvas, said) {
  const brush = canvas.getContext("2d")
  const state = { held: null, at: [3, 3], timer: 0, last: null }
  let cells = new Array(SIDE * SIDE).fill(0)
  let parts = new Uint8Array((SIDE * FINE) ** 2) // of the stroke that is being drawn

  state.take = (picture) => {
    cells = [...picture].map((mark) => Math.max(0, MARKS.indexOf(mark)))
    while (cells.length < SIDE * SIDE) cells.push(0)
  }
  const written = () => cells.map((number) => MARKS[number]).join("")

  state.paint = () => {
    const size = canvas.clientWidth * (window.devicePixelRatio || 1)
    if (canvas.width !== Math.round(size)) canvas.width = canvas.height = Math.round(size)
    const cell = canvas.width / SIDE
    const { ink, paper, faint, muted, mark } = state.data.colours
    brush.globalAlpha = 1
    brush.fillStyle = paper
    brush.fillRect(0, 0, canvas.width, canvas.height)
    brush.fillStyle = ink
    cells.forEach((number, n) => {
      brush.globalAlpha = number / DARKEST
      brush.fillRect((n % SIDE) * cell, Math.floor(n / SIDE) * cell, cell + 0.5, cell + 0.5)
    })
    brush.globalAlpha = 1
    for (let n = 0; n <= SIDE; n++) {
      brush.strokeStyle = n % 2 ? faint : muted // every second line parts two patches
      brush.lineWidth = n % 2 ? 1 : 3
      brush.beginPath()
      brush.moveTo(n * cell, 0)
      brush.lineTo(n * cell, canvas.height)
      brush.moveTo(0, n * cell)
      brush.lineTo(canvas.width, n * cell)
      brush.stroke()
    }
    if (!canvas.matches(":focus-visible")) return
    brush.strokeStyle = mark
    brush.lineWidth = 4
    brush.strokeRect(state.at[0] * cell + 2, state.at[1] * cell + 2, cell - 4, cell - 4)
  }

  function tell() {
    clearTimeout(state.timer)
    state.timer = 0
    state.tell("drawn", written())
  }

  // the place of a pointer in parts
  function place({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect()
    return [clientX - box.left, clientY - box.top].map((px) => (px / box.width) * SIDE * FINE)
  }
  // all parts that a stroke from one place to another comes near
  function stroke([x0, y0], [x1, y1]) {
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(x1 - x0, y1 - y0)))
    for (let n = 0; n <= steps; n++) {
      const [x, y] = [x0 + ((x1 - x0) * n) / steps, y0 + ((y1 - y0) * n) / steps]
      for (let row = Math.floor(y - BRUSH); row <= y + BRUSH; row++)
        for (let column = Math.floor(x - BRUSH); column <= x + BRUSH; column++) {
          const far = Math.hypot(column + 0.5 - x, row + 0.5 - y) > BRUSH
          const out = Math.min(row, column) < 0 || Math.max(row, column) >= SIDE * FINE
          if (!far && !out) parts[row * SIDE * FINE + column] = 1
        }
    }
    const dark = new Array(SIDE * SIDE).fill(0)
    parts.forEach((part, n) => {
      const [row, column] = [Math.floor(n / (SIDE * FINE)), n % (SIDE * FINE)]
      dark[Math.floor(row / FINE) * SIDE + Math.floor(column / FINE)] += part
    })
    cells = state.before.map((number, n) =>
      state.erases ? Math.max(0, number - dark[n]) : Math.max(number, dark[n]),
    )
    state.paint()
  }

  function take(event) {
    if (event.button > 0) return
    event.preventDefault()
    canvas.focus({ preventScroll: true, focusVisible: false })
    canvas.setPointerCapture(event.pointerId)
    state.held = event.pointerId
    state.erases = state.data.erases || event.shiftKey
    state.before = [...cells]
    parts = new Uint8Array((SIDE * FINE) ** 2)
    state.last = place(event)
    stroke(state.last, state.last)
  }
  function drag(event) {
    if (state.held !== event.pointerId) return
    const now = place(event)
    stroke(state.last, now)
    state.last = now
  }
  function drop(event) {
    if (state.held !== event.pointerId) return
    state.held = null
    tell()
  }

  function press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key in MOVES) {
      const [right, down] = MOVES[event.key]
      const inside = (n) => Math.min(SIDE - 1, Math.max(0, n))
      state.at = [inside(state.at[0] + right), inside(state.at[1] + down)]
      if (event.shiftKey) put(DARKEST)
    } else if (event.key === " " || event.key === "Enter") put(number() ? 0 : DARKEST)
    else if (event.key === "Backspace" || event.key === "Delete") put(0)
    else return
    event.preventDefault()
    event.stopPropagation()
    said.textContent = state.data.says
      .replace("{column}", state.at[0] + 1)
      .replace("{row}", state.at[1] + 1)
      .replace("{n}", number())
    state.paint()
  }
  const number = () => cells[state.at[1] * SIDE + state.at[0]]
  function put(value) {
    cells[state.at[1] * SIDE + state.at[0]] = value
    clearTimeout(state.timer)
    state.timer = setTimeout(tell, REST)
  }

  canvas.addEventListener("pointerdown", take)
  canvas.addEventListener("pointermove", drag)
  canvas.addEventListener("pointerup", drop)
  canvas.addEventListener("pointercancel", drop)
  canvas.addEventListener("keydown", press)
  canvas.addEventListener("focus", () => state.paint())
  canvas.addEventListener("blur", () => state.paint())
  new ResizeObserver(() => state.data && state.paint()).observe(canvas)
  return state
}

export default newest(show)
