// The order in which things happen: beats, each a stretch of the way that some rows go together.
// A recurrent network goes word by word, an encoder all words at once, a decoder reads all at once
// and then sends one new word after another.

function beatsOf(flow, plan) {
  if (flow.recurrent) return recurrentBeats(flow, plan)
  const [first, second] = plan.bands
  const read = second ? first.n : Math.min(flow.n_read, first.n)
  const beats = stationBeats(flow, plan, first, read)
  const writer = second ?? first
  for (let row = second ? 0 : read; row < writer.n; row++)
    beats.push({
      group: beats.at(-1).group + 1,
      has: (shape) => shape.band === writer.number && (shape.row === row || (second && row === 0 && shape.row === undefined)),
      rows: [[writer.number, row]],
      from: 0,
      to: plan.along,
      guess: row,
      before: row - 1,
      says: fill(row === 0 ? flow.words.begins : flow.words.writes, { word: writer.strings[row] }),
      ms: 1100,
    })
  return beats
}

function recurrentBeats(flow, plan) {
  const [band] = plan.bands
  const end = plan.stations.get(`out${flow.n_layer - 1}`).to
  const late = (shape) => shape.part === "influence" || shape.part === "state"
  const beats = band.strings.map((word, row) => ({
    group: row,
    has: (shape) => shape.row === row && !late(shape),
    rows: [[0, row]],
    from: 0,
    to: end,
    guess: row,
    before: row - 1,
    says: fill(flow.words.reads, { word, n: row + 1, of: band.n }),
    ms: Math.max(70, Math.min(520, 6000 / band.n)),
  }))
  const rest = { group: band.n, has: late, rows: [], from: end, to: plan.along, guess: flow.asked, before: flow.asked, says: flow.words.ends, ms: 1200 }
  return [...beats, rest]
}

// All words at once, station by station.
function stationBeats(flow, plan, band, read) {
  const two = plan.bands.length > 1
  const names = ["embed", "positions", "below", "qkv", "bar", "mix", "heads"]
  names.push(...(two ? ["memoryFfn", "memoryAbove"] : ["ffn", "above", "guess"]))
  const there = names.filter((name) => plan.stations.has(name))
  const whole = two ? plan.stations.get("across").from : plan.along
  const rows = Array.from({ length: read }, (_, row) => [band.number, row])
  return there.map((name, n) => ({
    group: 0,
    has: (shape) => shape.band === band.number && (shape.row === undefined || shape.row < read),
    rows,
    from: n ? plan.stations.get(name).from - SPACE : 0,
    to: n + 1 < there.length ? plan.stations.get(there[n + 1]).from - SPACE : whole,
    guess: !two && n + 1 === there.length ? flow.asked : null,
    before: null,
    station: name,
    says: `${flow.nameOf(name, band)} · ${flow.parts[partOf(name)].says}`,
    ms: name === "mix" || name === "bar" ? 1100 : 650,
  }))
}

function fill(sentence, values) {
  return Object.entries(values).reduce((said, [key, value]) => said.replaceAll(`{${key}}`, value), sentence)
}

// Stations that are told about alike.
function partOf(name) {
  const alike = { memoryFfn: "ffn", memoryAdd: "add", acrossAdd: "add", ffnAdd: "add", memoryAbove: "above", ffnNorm: "norm" }
  return alike[name] ?? name.replace(/\d+$/, "")
}
