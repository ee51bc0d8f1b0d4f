// Points of a picture that can be moved, by mouse, finger or keyboard. They lie over the picture that
// Plotly draws and read its axes; the app hears where a point is put, and draws the picture anew.

import { newest } from "../viz_core.kit/shared.js"

const REACH = 24 // px around a point within which it is taken
const STILL = 4 // px that a click may move
const TWICE = 400 // ms between the clicks of a double click
const PAUSE = 350 // ms from one word to the app to the next while a point is on its way
const PATIENCE = 2000 // ms that an answer is waited for
const REST = 250 // ms without a key before the app hears of a point that keys moved
const grid = (value, step) => Number((Math.round((10 * value) / step) * (step / 10)).toPrecision(10))
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }

function show({ data, parentElement, setTriggerValue }) {
  const over = parentElement.querySelector(".handles")
  const state = (over.state ??= begin(over, parentElement.querySelector(".said")))
  Object.assign(state, { data, tell: setTriggerValue, waiting: false })
  over.setAttribute("aria-label", data.label)
  over.style.setProperty("--mark", data.mark)
  if (!state.held && !state.timer) state.chosen = data.chosen
  state.settle()
  // A state that another one overtakes is ended after its time: each has listeners of its own.
  state.stop?.abort()
  const stop = (state.stop = new AbortController())
  state.listen(stop.signal)
  return () => stop.abort()
}

function begin(over, said) {
  const dot = over.querySelector(".dot")
  const tip = over.querySelector(".tip")
  const sheet = over.getRootNode().host.closest("[class*=st-key-sheet_]")
  const state = { held: null, moved: null, chosen: 0, timer: 0, late: 0, sent: 0, waiting: false }
  const plot = () => sheet.querySelector(".js-plotly-plot")
  const ready = () => Boolean(plot()?._fullLayout?.xaxis?.d2p)

  // px of the window, and back: what is on screen may be scaled
  function frame() {
    const { xaxis, yaxis } = plot()._fullLayout
    const box = plot().getBoundingClientRect()
    return { xaxis, yaxis, box, scale: box.width / plot().offsetWidth || 1 }
  }
  function onScreen(x, y) {
    const { xaxis, yaxis, box, scale } = frame()
    return [
      box.left + scale * (xaxis._offset + xaxis.d2p(x)),
      box.top + scale * (yaxis._offset + yaxis.d2p(y)),
    ]
  }
  function onPlane(left, top) {
    const { xaxis, yaxis, box, scale } = frame()
    return [
      xaxis.p2d((left - box.left) / scale - xaxis._offset),
      yaxis.p2d((top - box.top) / scale - yaxis._offset),
    ]
  }
  function inside({ clientX, clientY }) {
    const { xaxis, yaxis, box, scale } = frame()
    const [left, top] = [box.left + scale * xaxis._offset, box.top + scale * yaxis._offset]
    const [right, bottom] = [left + scale * xaxis._length, top + scale * yaxis._length]
    return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom
  }

  const point = (n) => state.data.points[n]
  const where = (n) => (state.moved?.n === n ? state.moved : point(n))

  // the nearest point within reach
  function under({ clientX, clientY }) {
    if (!ready()) return null
    const far = (n) => {
      const [left, top] = onScreen(point(n).x, point(n).y)
      return Math.hypot(left - clientX, top - clientY)
    }
    const [best] = state.data.points.map((_, n) => [far(n), n]).sort(([a], [b]) => a - b)
    return best && best[0] <= REACH ? best[1] : null
  }

  // within the picture, on a grid of a tenth of what a key moves
  function put(n, x, y) {
    const { xaxis, yaxis } = frame()
    const on = (value, axis, step) => {
      const [low, high] = [...axis.range].sort((a, b) => a - b)
      return grid(Math.min(high, Math.max(low, value)), step)
    }
    state.moved = {
      n,
      x: point(n).upright ? point(n).x : on(x, xaxis, state.data.steps[0]),
      y: on(y, yaxis, state.data.steps[1]),
    }
    draw()
  }

  // what is on its way, and the point that keys move
  function draw() {
    const focused = over.matches(":focus-visible")
    const n = state.moved?.n ?? (focused ? state.chosen : null)
    dot.hidden = n === null || !ready() || !point(n)
    tip.hidden = dot.hidden || !state.moved
    over.dataset.at = state.moved ? JSON.stringify(state.moved) : ""
    if (dot.hidden) return
    const [left, top] = onScreen(where(n).x, where(n).y)
    const box = over.getBoundingClientRect()
    dot.classList.toggle("ring", !state.moved)
    for (const one of [dot, tip]) {
      one.style.left = `${left - box.left}px`
      one.style.top = `${top - box.top}px`
    }
    tip.textContent = words(n)
  }
  const shown = (value) => String(Number(value.toPrecision(4)))
  const words = (n) =>
    state.data.says
      .replace("{name}", point(n).name)
      .replace("{x}", shown(where(n).x))
      .replace("{y}", shown(where(n).y))

  function send(what, value) {
    state.sent = performance.now()
    state.waiting = true
    state.tell(what, value)
  }
  function sendMoved() {
    state.timer = 0
    if (state.moved) send("moved", { ...state.moved })
  }

  // A new picture is there. Once what was moved stands in it, or nothing more comes, the dot goes.
  state.settle = () => {
    state.chosen = Math.min(state.chosen, state.data.points.length - 1)
    clearTimeout(state.late)
    if (state.moved && state.held === null && !state.timer) {
      if (stands()) state.moved = null
      else state.late = setTimeout(forget, PATIENCE)
    }
    draw()
  }
  function stands() {
    const { n, x, y } = state.moved
    const [across, up] = state.data.steps
    const at = point(n)
    return !at || (Math.abs(at.x - x) < across / 5 && Math.abs(at.y - y) < up / 5)
  }
  function forget() {
    if (state.held === null && !state.timer) state.moved = null
    draw()
  }

  function take(event) {
    const n = event.button ? null : under(event)
    if (n === null) return add(event)
    event.preventDefault()
    event.stopPropagation()
    over.focus({ preventScroll: true, focusVisible: false })
    state.held = { id: event.pointerId, from: [event.clientX, event.clientY], far: false }
    state.chosen = n
    sheet.dataset.grab = "held"
    return undefined
  }
  function drag(event) {
    if (state.held?.id !== event.pointerId) return hover(event)
    event.preventDefault()
    const [left, top] = state.held.from
    state.held.far ||= Math.hypot(event.clientX - left, event.clientY - top) > STILL
    if (!state.held.far || !ready()) return undefined
    put(state.chosen, ...onPlane(event.clientX, event.clientY))
    const since = performance.now() - state.sent
    if (since >= (state.waiting ? PATIENCE : PAUSE)) sendMoved()
    return undefined
  }
  function drop(event) {
    if (state.held?.id !== event.pointerId) return
    const { far } = state.held
    state.held = null
    delete sheet.dataset.grab
    if (far) sendMoved()
    else send("chosen", state.chosen)
  }
  function hover(event) {
    if (state.held || !sheet.contains(event.target)) return
    if (under(event) === null) delete sheet.dataset.grab
    else sheet.dataset.grab = "near"
  }
  // Two clicks at one place; Plotly lets no double click through.
  function add(event) {
    if (event.button || !state.data.adds || !ready() || !inside(event)) return
    const { at, left, top } = state.clicked ?? {}
    state.clicked = { at: event.timeStamp, left: event.clientX, top: event.clientY }
    const near = Math.hypot(event.clientX - left, event.clientY - top) < REACH
    if (!near || event.timeStamp - at > TWICE) return
    state.clicked = null
    const [x, y] = onPlane(event.clientX, event.clientY)
    send("added", { x: grid(x, state.data.steps[0]), y: grid(y, state.data.steps[1]) })
  }

  function choose(n) {
    clearTimeout(state.timer)
    if (state.timer) sendMoved()
    state.chosen = n
    draw()
    said.textContent = words(n)
    send("chosen", n)
  }
  function press(event) {
    if (!ready() || event.altKey || event.ctrlKey || event.metaKey) return
    const { points, steps } = state.data
    const turn = { PageUp: -1, PageDown: 1 }[event.key]
    if (turn) choose((state.chosen + turn + points.length) % points.length)
    else if (event.key === "Delete" && point(state.chosen).goes) send("removed", state.chosen)
    else if (event.key in MOVES) {
      const far = event.shiftKey ? 10 : 1
      const [right, up] = MOVES[event.key].map((one, axis) => one * far * steps[axis])
      const { x, y } = where(state.chosen)
      put(state.chosen, x + right, y + up)
      said.textContent = words(state.chosen)
      clearTimeout(state.timer)
      state.timer = setTimeout(sendMoved, REST)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  state.listen = (signal) => {
    // before Plotly hears of it, and before the browser scrolls the page with the finger
    const first = { signal, capture: true }
    sheet.addEventListener("pointerdown", take, first)
    sheet.addEventListener("mousedown", keep, first)
    sheet.addEventListener("touchstart", still, { ...first, passive: false })
    addEventListener("pointermove", drag, { signal })
    addEventListener("pointerup", drop, { signal })
    addEventListener("pointercancel", drop, { signal })
    over.addEventListener("keydown", press, { signal })
    over.addEventListener("focus", draw, { signal })
    over.addEventListener("blur", draw, { signal })
    const watcher = new ResizeObserver(draw)
    watcher.observe(over)
    signal.addEventListener("abort", () => watcher.disconnect())
  }
  function keep(event) {
    if (state.held) event.stopPropagation()
  }
  function still(event) {
    if (event.touches.length === 1 && under(event.touches[0]) !== null) event.preventDefault()
  }
  return state
}

export default newest(show)
