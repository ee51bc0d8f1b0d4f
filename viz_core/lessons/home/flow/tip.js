// What is said of the spot under the pointer: its name, exact numbers, what happens there.

import { exactly } from "../viz_core.kit/shared.js"
import { fillIn, nameOf, numberOf, partOf } from "./read.js"

export function tipOf(flow, plan, spot) {
  const { station } = spot
  const part = partOf(station.name)
  const about = flow.parts[part]
  if (!about) return null
  const band = plan.bands[spot.band ?? plan.bands.length - 1]
  if (part === "words") return wordTip(flow, band, spot.row)
  const name = nameOf(flow, station.name, band) || about.label
  const word = spot.row === undefined ? "" : `“${band.whole[spot.row]}”`
  const opens = about.opens ? fillIn(flow.words.opens, { page: about.opens }) : ""
  return {
    head: [word, name].filter(Boolean).join(" · "),
    lines: part === "guess" ? guessed(flow, spot.guess) : numbersAt(flow, plan, spot, band),
    says: about.says,
    opens: spot.chosen ? fillIn(flow.words.choose[spot.chosen.what], spot.chosen) : opens,
  }
}

// Of a word only what can't be seen: who put it there, or which character a byte is of.
function wordTip(flow, band, row) {
  const { form, wrote, byte } = flow.words
  const whole = band.whole[row]
  const says = band.special[row]
    ? form
    : flow.wrote(band.number, row)
      ? wrote
      : /^<[0-9A-F]{2}>$/.test(whole)
        ? byte
        : ""
  return says ? { head: `“${whole}”`, lines: [], says, opens: "" } : null
}

function guessed(flow, row) {
  return flow.guesses(row).map(([word, prob]) => `“${word}” ${exactly(prob)}`)
}

function numbersAt(flow, plan, spot, band) {
  const { words } = flow
  if (spot.row === undefined) return []
  const length = (name, label = words.length) =>
    flow.has(name) ? [`${label} ${flow.lengths(name)[spot.row].toFixed(3)}`] : []
  return flow.recurrent
    ? recurrentNumbers(flow, spot, length)
    : transformerNumbers(flow, plan, spot, band, length)
}

function recurrentNumbers(flow, { station, row }, length) {
  const { words } = flow
  const part = partOf(station.name)
  const layer = numberOf(station.name)
  const gate = (place) => {
    const found = flow.gateAt(place)
    return found ? [`${words.gates[found.name]} ${flow.opening(layer, found, row).toFixed(3)}`] : []
  }
  const state = (name, of = layer) => length(flow.ofLayer(of, name), `|${name}|`)
  const told = {
    embed: () => length("embed"),
    in: () => gate("input"),
    cell: () => [
      ...state("h"),
      ...(flow.kept ? state(flow.kept) : []),
      ...gate("asked"),
      ...gate("handed"),
    ],
    out: () => gate("output"),
    influence: () =>
      flow.influence
        ? [`${words.influence} ${flow.influence[row].toFixed(3)}`, ...(flow.tried[row] ?? [])]
        : [],
    state: () => state("h", flow.n_layer - 1),
  }
  return told[part]?.() ?? []
}

function transformerNumbers(flow, plan, { station, row, key }, band, length) {
  const block = flow.block(band.name)
  const self = `${block}.self_attn`
  const [source, target] = plan.bands
  const cross = target && `${flow.block(target.name)}.cross_attn`
  const look = ([to, weight], strings) => `→ “${strings[to]}” ${weight.toFixed(4)}`
  const most = (found) => found.sort((one, other) => other[1] - one[1]).slice(0, 3)
  const looks = (name, strings) => most(flow.looks(name, row)).map((one) => look(one, strings))
  const lookedAt = () =>
    most(target.rows.map((query) => [query, flow.weight(`${cross}.weights`, query, row)])).map(
      ([query, weight]) => `“${target.whole[query]}” → ${weight.toFixed(4)}`,
    )
  const masked = band.causal && key > row
  const gathered = (attention) => [
    ...length(`${attention}.mixed`, flow.words.gathered),
    ...length(`${attention}.out`, flow.words.together),
  ]
  const told = {
    embed: () => length(flow.entrance(band.name, "embed")),
    positions: () => length(flow.entrance(band.name, "positions")),
    norm: () => length(`${block}.norm_1.out`),
    ffnNorm: () => length(`${block}.norm_2.out`),
    qkv: () => ["q", "k", "v"].flatMap((lane) => length(`${self}.${lane}`, `|${lane}|`)),
    bar: () =>
      key === undefined
        ? looks(`${self}.weights`, band.whole)
        : masked
          ? [`→ “${band.whole[key]}” ${flow.words.masked}`]
          : [look([key, flow.weight(`${self}.weights`, row, key)], band.whole)],
    mix: () => looks(`${self}.weights`, band.whole),
    heads: () => gathered(self),
    add: () => length(`${block}.resid_mid`),
    across: () =>
      band === source
        ? lookedAt()
        : [...looks(`${cross}.weights`, source.whole), ...gathered(cross)],
    acrossAdd: () => length(`${block}.resid_cross`),
    ffn: () => length(`${block}.ffn.out`),
    ffnAdd: () => length(`${block}.resid_post`),
  }
  const alike = { memoryFfn: "ffn", memoryAdd: "ffnAdd" }
  return told[alike[station.name] ?? station.name]?.() ?? []
}
