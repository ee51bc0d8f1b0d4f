// The payload as the other files ask for it: every array by the name of its record.

import { colourTable, readPayload } from "../viz_core.kit/shared.js"

const ARRAYS = {
  lengths: Float32Array,
  gates: Float32Array,
  influence: Float32Array,
  probs: Float32Array,
  weights: Uint16Array,
  cells: Int8Array,
}
const WHOLE = 65535 // an attention weight of 1

export function readFlow(data) {
  const { head, numbers } = readPayload(data)
  const found = (group, name) => {
    const place = head.arrays[group]?.[name]
    if (!place) return null
    const [offset, shape] = place
    const size = shape.reduce((all, one) => all * one, 1)
    const values = new ARRAYS[group](numbers.buffer, numbers.byteOffset + offset, size)
    return { values, columns: shape.at(-1) }
  }
  const probs = found("probs", "guesses")
  const [first, second] = head.stacks
  // a record of a recurrent layer
  const ofLayer = (layer, record) => `${first.name}.${layer}.${record}`
  return {
    ...head,
    two: Boolean(second), // one text is read and another written
    ofLayer,
    preNorm: `${first.name}.${head.layer}.norm_1.out` in head.arrays.lengths,
    signed: colourTable(head.signed).map((colour) => `rgb(${colour})`),
    amounts: colourTable(head.amounts).map((colour) => `rgb(${colour})`),
    has: (name) => name in head.arrays.lengths,
    lengths: (name) => found("lengths", name).values,
    texture: (name) => found("cells", name),
    // how far a gate is open at a row, the mean of its units
    opening(layer, { name }, row) {
      const { values, columns } = found("gates", ofLayer(layer, "gates"))
      return values[head.gates.findIndex((gate) => gate.name === name) * columns + row]
    },
    // the gate that stands at a place of a recurrent layer, if one does
    gateAt: (place) => head.gates.find((gate) => gate.place === place),
    influence: found("influence", "influence")?.values,
    // [key, weight] of each key that a query may see, or of one key
    looks(name, query) {
      const { values, columns } = found("weights", name)
      const row = values.subarray(query * columns, (query + 1) * columns)
      return Array.from(row, (value, key) => [key, value / WHOLE])
    },
    weight(name, query, key) {
      const weights = found("weights", name)
      return weights ? weights.values[query * weights.columns + key] / WHOLE : 0
    },
    // [word, probability] of the likeliest words at a row
    guesses: (row) =>
      (head.guesses[row] ?? []).map((word, n) => [word, probs.values[row * probs.columns + n]]),
    // first part of the records of a stack's opened block
    block: (stack) => `${stack}.${head.layer}`,
    // a stack's record of what enters it: `embed`, `positions`
    entrance: (stack, part) => (stack === second?.name ? `${stack}.${part}` : part),
    wrote: (band, row) => (second ? band === 1 : row >= head.n_read),
  }
}

// What a station is called in a band; nothing where the band does not pass it.
export function nameOf(flow, station, band) {
  const { words, parts, layer, n_layer: n } = flow
  if (flow.two) {
    const elsewhere = band.number ? /^(memory|across$)/ : /^(ffn|above|guess|acrossAdd)/
    if (elsewhere.test(station)) return ""
    if (station === "words") return words[band.name]
  }
  const layers = (first, last) =>
    first === last ? fillIn(words.layer, { n: first }) : fillIn(words.layers, { first, last })
  if (station === "below") return layers(0, layer - 1)
  if (/above/i.test(station)) return layers(layer + 1, n - 1)
  if (station.startsWith("cell")) return layers(numberOf(station), numberOf(station))
  return parts[partOf(station)]?.label ?? ""
}

// Stations that are told about alike.
export function partOf(station) {
  const alike = {
    memoryFfn: "ffn",
    memoryAdd: "add",
    acrossAdd: "add",
    ffnAdd: "add",
    memoryAbove: "above",
    ffnNorm: "norm",
  }
  return alike[station] ?? station.replace(/\d+$/, "")
}

// The layer that a station of a recurrent model belongs to.
export function numberOf(station) {
  return Number(station.match(/\d+$/)?.[0])
}

export function fillIn(sentence, values) {
  return Object.entries(values).reduce(
    (said, [key, value]) => said.replaceAll(`{${key}}`, value),
    sentence,
  )
}
