// Where everything of the flow stands. `a` runs along the flow and `c` across it, so that one
// drawing serves wide screens, where the flow runs to the right, and narrow ones, where it falls.

import { nameOf } from "./read.js"

const NARROW = 720 // px, below which the flow falls
const LEAST = 1080 // px, narrowest drawing that runs to the right; it scrolls in its own frame
export const SPACE = 10 // px between stations
const HEAD = 50 // px above a band, for the names of its stations
export const NAME = 26 // px before a station, for its name where the flow falls
export const CLOSED = 14 // px a closed layer takes
const FOOT = 10 // px behind the last band

// [rows up to, px a row takes]
const PITCHES = [
  [16, 30],
  [24, 26],
  [36, 22],
  [Infinity, 19],
]

export function planOf(flow, width) {
  const wanted = stationsOf(flow).filter(([, least]) => least > 0)
  const least = wanted.reduce((sum, [, one]) => sum + one + SPACE, 0)
  const size = Math.min(flow.size, Math.max(1, width / Math.max(LEAST, least)))
  const wide = width / size
  const vertical = wide < NARROW
  const bands = bandsOf(flow, vertical, wide)
  const spare = vertical ? 0 : Math.max(LEAST, wide) - least
  const shares = wanted.reduce((sum, [, , share = 0]) => sum + share, 0)
  const stations = new Map()
  let a = 0
  for (const [name, one, share = 0] of wanted) {
    const named = vertical && bands.some((band) => nameOf(flow, name, band))
    const from = a + (named ? NAME : 0)
    const to = from + one + (spare * share) / shares
    stations.set(name, { name, from, to, middle: (from + to) / 2 })
    a = to + SPACE
  }
  const across = bands.at(-1).end + FOOT
  return {
    vertical,
    size,
    wide, // px that are on the screen
    bands,
    stations,
    at: (name) => stations.get(name),
    along: a,
    across,
    width: vertical ? Math.max(across, wide) : a,
    height: vertical ? a : across,
    point: vertical ? (at, c) => [c, at] : (at, c) => [at, c],
  }
}

// The rows of each stack. The first typed word has the same place whatever the model's input form
// puts before it, so that words stay where they are when the architecture changes.
function bandsOf(flow, vertical, wide) {
  const most = flow.stacks[0].strings.length
  const pitch = vertical
    ? Math.max(24, Math.min(40, (wide - 16) / (most + 1)))
    : PITCHES.find(([rows]) => most <= rows)[1]
  const bands = []
  let top = vertical ? 4 : HEAD
  flow.stacks.forEach((stack, number) => {
    const begin = top
    const shift = number === 0 && !stack.special[0] ? 1 : 0
    const n = stack.strings.length
    const end = begin + (n + shift) * pitch
    const row = (i) => begin + (i + shift + 0.5) * pitch
    const rows = Array.from({ length: n }, (_, i) => i)
    bands.push({ ...stack, number, n, rows, pitch, top: begin, end, row })
    top = end + (vertical ? pitch : HEAD)
  })
  return bands
}

// Name, least px along the flow, share of the space that is left over.
function stationsOf(flow) {
  return flow.recurrent ? recurrentStations(flow) : transformerStations(flow)
}

function recurrentStations(flow) {
  const layers = Array.from({ length: flow.n_layer }, (_, n) => [
    [`in${n}`, 40],
    [`cell${n}`, 84, 1],
    [`out${n}`, 24],
  ])
  return [
    ["words", 104],
    ["embed", 64],
    ...layers.flat(),
    ["influence", 170, 4],
    ["state", 40],
    ["guess", 210, 2],
  ]
}

// Of a model with two stacks the encoder's way to its memory stands before the look across.
function transformerStations(flow) {
  const { layer, n_layer: n, two } = flow
  const closed = (count) => (count ? count * CLOSED + 4 : 0)
  const placed = flow.stacks.some(({ name }) => flow.has(flow.entrance(name, "positions")))
  const encoder = [
    ["memoryFfn", 54],
    ["memoryAdd", 22],
    ["memoryAbove", closed(n - 1 - layer)],
    ["across", 96, 2],
    ["acrossAdd", 22],
  ]
  return [
    ["words", 104],
    ["embed", two ? 48 : 64],
    ["positions", placed ? (two ? 48 : 64) : 0],
    ["below", closed(layer)],
    ["norm", flow.preNorm ? 20 : 0],
    ["qkv", two ? 40 : 48],
    ["bar", two ? 120 : 170, 3],
    ["mix", two ? 60 : 84, 1.5],
    ["heads", two ? 44 : 60],
    ["add", 22],
    ...(two ? encoder : []),
    ["ffnNorm", flow.preNorm ? 14 : 0],
    ["ffn", two ? 54 : 70],
    ["ffnAdd", 22],
    ["above", closed(n - 1 - layer)],
    ["guess", 210, 2],
  ]
}
