// The data walking through the stations: beats, each a stretch of the way that some rows go
// together. A recurrent network goes word by word, an encoder all words at once, a decoder reads all at once
// and then sends one new word after another.

import { SPACE } from "./plan.js"
import { fillIn, nameOf, partOf } from "./read.js"

export function beatsOf(flow, plan) {
  if (flow.recurrent) return recurrentBeats(flow, plan)
  const [first, second] = plan.bands
  const read = second ? first.n : Math.min(flow.n_read, first.n)
  const beats = stationBeats(flow, plan, first, read)
  const writer = second ?? first
  const ms = Math.max(400, Math.min(2000, 16000 / (writer.n - (second ? 0 : read))))
  for (const row of writer.rows.slice(second ? 0 : read)) {
    const sentence = second && row === 0 ? flow.words.begins : flow.words.writes
    const furniture = (shape) => second && row === 0 && shape.row === undefined
    beats.push({
      group: beats.at(-1).group + 1,
      has: (shape) => shape.band === writer.number && (shape.row === row || furniture(shape)),
      rows: [[writer.number, row]],
      from: 0,
      to: plan.along,
      guess: row,
      before: row - 1,
      says: fillIn(sentence, { word: writer.strings[row] }),
      ms,
    })
  }
  return beats
}

function recurrentBeats(flow, plan) {
  const [band] = plan.bands
  const end = plan.at(`out${flow.n_layer - 1}`).to
  const late = (shape) => shape.part === "influence" || shape.part === "state"
  const words = band.strings.map((word, row) => ({
    group: row,
    has: (shape) => shape.row === row && !late(shape),
    rows: [[0, row]],
    from: 0,
    to: end,
    guess: row,
    before: row - 1,
    says: fillIn(flow.words.reads, { word }),
    ms: Math.max(70, Math.min(800, 9000 / band.n)),
  }))
  const last = {
    group: band.n,
    has: late,
    rows: [],
    from: end,
    to: plan.along,
    guess: flow.answer,
    before: flow.answer,
    says: flow.words.ends,
    ms: 2500,
  }
  return [...words, last]
}

// All words at once, station by station.
function stationBeats(flow, plan, band, read) {
  const ends = flow.two ? ["memoryFfn", "memoryAbove"] : ["ffn", "above", "guess"]
  const names = ["embed", "positions", "below", "qkv", "bar", "mix", "heads", ...ends]
  const there = names.filter((name) => plan.stations.has(name))
  const begin = (name) => plan.at(name).from - SPACE
  const end = flow.two ? plan.at("across").from : plan.along
  const rows = band.rows.slice(0, read).map((row) => [band.number, row])
  return there.map((name, n) => ({
    group: 0,
    has: (shape) => shape.band === band.number && (shape.row === undefined || shape.row < read),
    rows,
    from: n ? begin(name) : 0,
    to: n + 1 < there.length ? begin(there[n + 1]) : end,
    guess: name === "guess" ? flow.answer : null,
    before: null,
    says: `${nameOf(flow, name, band)} · ${flow.parts[partOf(name)].says}`,
    ms: name === "mix" || name === "bar" ? 2600 : 1700,
  }))
}

// Where the walk is, and what of the picture it has reached.
export class Walk {
  constructor(painted, told) {
    this.painted = painted // asks for a new frame
    this.told = told // something happened that is put into words
    this.beats = []
    this.speed = 1
    this.rest()
  }

  // The whole picture is shown, nothing moves.
  rest() {
    cancelAnimationFrame(this.ticking)
    clearTimeout(this.waiting)
    this.playing = false
    this.at = null // number of the beat
    this.done = 1 // how much of it is over
    this.group = null // whose rows are on the panes
  }

  // A new picture of the same flow or of another one.
  take(beats, picture) {
    Object.assign(this, { beats, picture, group: null })
    if (this.at !== null) this.at = Math.min(this.at, beats.length - 1)
  }

  get walking() {
    return this.at !== null
  }

  get beat() {
    return this.beats[this.at]
  }

  // How far along the flow the data has come.
  get reach() {
    const { from, to } = this.beat
    return from + (to - from) * this.done
  }

  // What is over and what is under way, each drawn once for a group of rows that goes together, so
  // that a frame is three images however long the text is.
  panes() {
    const { group, has } = this.beat
    if (this.group !== group) {
      const next = this.group !== null && this.group === group - 1
      const before = this.beats.filter((one) =>
        next ? one.group === group - 1 : one.group < group,
      )
      if (!next) this.over = this.picture.pane(this.over)
      this.picture.draw(this.over, (shape) => before.some((one) => one.has(shape)))
      this.active = this.picture.pane(this.active)
      this.picture.draw(this.active, has)
      const lit = this.beats.filter((one) => one.group <= group)
      this.lit = new Set(lit.flatMap((one) => one.rows.map(String)))
      this.group = group
    }
    return [this.over, this.active]
  }

  toggle() {
    if (this.playing) return this.pause()
    const over = this.at === this.beats.length - 1 && this.done === 1
    if (this.at === null || over) [this.at, this.done] = [0, 0]
    this.playing = true
    this.told()
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.hop()
    let last = null
    const tick = (now) => {
      if (!this.playing) return
      if (last !== null) this.advance(Math.min(now - last, 100))
      last = now
      if (!this.playing) return
      this.painted()
      this.ticking = requestAnimationFrame(tick)
    }
    this.ticking = requestAnimationFrame(tick)
  }

  advance(ms) {
    this.done += (ms * this.speed) / this.beat.ms
    if (this.done < 1) return
    if (this.at + 1 === this.beats.length) return this.end()
    this.at += 1
    this.done = 0
    this.told()
  }

  // Without motion: from beat to beat.
  hop() {
    this.done = 1
    this.painted()
    this.told()
    const next = () => {
      if (!this.playing) return
      if (this.at + 1 === this.beats.length) return this.end()
      this.at += 1
      this.hop()
    }
    this.waiting = setTimeout(next, Math.max(500, this.beat.ms / this.speed))
  }

  pause() {
    this.playing = false
    cancelAnimationFrame(this.ticking)
    clearTimeout(this.waiting)
    this.painted()
    this.told()
  }

  end() {
    this.rest()
    this.painted()
    this.told()
  }

  step(by) {
    const from = this.at ?? (by > 0 ? -1 : this.beats.length)
    const finishes = this.at !== null && this.done < 1 && by > 0
    const to = finishes ? from : from + by
    if (to < 0 || to >= this.beats.length) return this.end()
    ;[this.at, this.done] = [to, 1]
    this.pause()
  }
}
