// Where everything of the flow stands. `a` runs along the flow and `c` across it, so that one
// drawing serves wide screens, where the flow runs to the right, and narrow ones, where it falls.

const NARROW = 720 // px, below which the flow falls
const LEAST = 1080 // px, narrowest drawing that runs to the right; it scrolls in its own frame
const SPACE = 10 // px between stations
const HEAD = 44 // px, for the names of the stations above a band
const SHEET = 14 // px a closed layer takes

// [rows up to, px a row takes]
const PITCHES = [[16, 30], [24, 26], [36, 22], [Infinity, 19]]

function planOf(flow, width) {
  const size = flow.size
  const wide = width / size
  const vertical = wide < NARROW
  const sizes = stationsOf(flow).filter(([, least]) => least > 0)
  const bands = bandsOf(flow, vertical, wide)
  const least = sizes.reduce((sum, [, one]) => sum + one + SPACE, 0)
  const spare = vertical ? 0 : Math.max(LEAST, wide) - least
  const shares = sizes.reduce((sum, [, , share = 0]) => sum + share, 0)
  const stations = new Map()
  let a = 0
  for (const [name, one, share = 0] of sizes) {
    const grown = one + (spare * share) / shares
    const named = vertical && bands.some((band) => flow.nameOf(name, band)) ? 26 : 0 // px for its name
    stations.set(name, { name, from: a + named, to: a + named + grown })
    a += named + grown + SPACE
  }
  const across = bands.at(-1).end + 10
  return {
    vertical,
    size,
    bands,
    stations,
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
  let pitch = PITCHES.find(([rows]) => most <= rows)[1]
  if (vertical) pitch = Math.max(26, Math.min(40, (wide - 16) / (most + 1)))
  const bands = []
  let c = vertical ? 4 : HEAD
  flow.stacks.forEach((stack, number) => {
    const lead = stack.special[0] ? 1 : 0
    const shift = number === 0 ? 1 - lead : 0
    const n = stack.strings.length
    const top = c
    const end = top + (n + shift) * pitch
    bands.push({ ...stack, number, n, pitch, top, end, row: (i) => top + (i + shift + 0.5) * pitch })
    c = end + (vertical ? pitch : HEAD)
  })
  return bands
}

// Name, least px along the flow, share of the space that is left over.
function stationsOf(flow) {
  const begin = [["words", 104], ["embed", 64]]
  if (flow.recurrent) {
    const layers = Array.from({ length: flow.n_layer }, (_, n) => [
      [`in${n}`, 40],
      [`cell${n}`, 84, 1],
      [`out${n}`, 24],
    ])
    return [...begin, ...layers.flat(), ["influence", 170, 4], ["state", 40], ["guess", 210, 2]]
  }
  const [below, above] = [flow.layer, flow.n_layer - 1 - flow.layer]
  const two = flow.stacks.length > 1
  const placed = flow.has("positions") || flow.has("decoder.positions")
  const cells = two ? 48 : 64
  return [
    begin[0],
    ["embed", cells],
    ["positions", placed ? cells : 0],
    ["below", below && below * SHEET + 4],
    ["norm", flow.preNorm ? 20 : 0],
    ["qkv", two ? 40 : 48],
    ["bar", two ? 120 : 170, 3],
    ["mix", two ? 60 : 84, 1.5],
    ["heads", two ? 44 : 60],
    ["add", 22],
    ["memoryFfn", two ? 54 : 0],
    ["memoryAdd", two ? 22 : 0],
    ["memoryAbove", two && above ? above * SHEET + 4 : 0],
    ["across", two ? 96 : 0, 2],
    ["acrossAdd", two ? 22 : 0],
    ["ffnNorm", flow.preNorm ? 14 : 0],
    ["ffn", two ? 54 : 70],
    ["ffnAdd", 22],
    ["above", above && above * SHEET + 4],
    ["guess", 210, 2],
  ]
}
