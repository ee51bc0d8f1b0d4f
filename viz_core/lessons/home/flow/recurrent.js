// A recurrent model: the cell unrolled along the words, states handed on from row to row, gates as
// valves, and what is left of each word in the last state. Which gates there are, and where each
// stands, the payload says.

import { Scene, THICK } from "./scene.js"

const BOX = 0.56 // height of a cell, in rows
const VALVE = { half: 4, reach: 9 } // px along and across what flows through

export function drawRecurrent(scene) {
  const [band] = scene.plan.bands
  drawWords(scene, band)
  for (let layer = 0; layer < scene.flow.n_layer; layer++) drawLayer(scene, band, layer)
  drawInfluences(scene, band)
}

function drawWords(scene, band) {
  const { from, to } = scene.plan.at("embed")
  for (const row of band.rows) {
    const style = { part: "embed", band: 0, row, record: "embed" }
    scene.texture("embed", from, to, band.row(row), 0.5 * band.pitch, style)
  }
}

function drawLayer(scene, band, layer) {
  const { flow, plan } = scene
  const { pitch, n } = band
  const size = BOX * pitch
  const { kind: colour, rail, paper } = flow.colours
  const [into, part, out] = [`in${layer}`, `cell${layer}`, `out${layer}`]
  const h = flow.ofLayer(layer, "h")
  const kept = flow.kept && flow.ofLayer(layer, flow.kept)
  const below = layer ? flow.ofLayer(layer - 1, "h") : "embed"
  const came = layer ? plan.at(`out${layer - 1}`).to : plan.at("embed").to
  const cell = plan.at(part)
  const end = plan.at(out).to
  const inner = [cell.from + 4, cell.to - 4]
  const input = scene.widths([below], THICK.input * pitch)
  const shown = scene.widths([h], THICK.input * pitch)
  const lines = handedOn(scene, layer)
  const gate = (place, a, c, row, own, turned) => {
    const found = flow.gateAt(place)
    if (found) valve(scene, a, c, found.name, flow.opening(layer, found, row), own, turned)
  }

  for (const row of band.rows) {
    const middle = band.row(row)
    const own = (name, record, more) => ({ part: name, band: 0, row, record, ...more })
    const comes = own(into, below, { width: input(below, row), colour: rail })
    scene.line(
      [
        [came, middle],
        [cell.from, middle],
      ],
      comes,
    )
    if (row + 1 < n) {
      const [from, to] = [middle + size / 2, band.row(row + 1) - size / 2]
      const next = { ...own(part), row: row + 1 }
      for (const { a, record, place, width, ...style } of lines) {
        const handed = { width: width(record, row), hands: true, ...style }
        scene.line(
          [
            [a, from],
            [a, to],
          ],
          own(part, record, handed),
        )
        gate(place, a, (from + to) / 2, row + 1, next, true)
      }
    }
    const frame = { fill: paper, stroke: colour, radius: 5, width: 1.5 }
    scene.box(cell.from, middle - size / 2, cell.to, middle + size / 2, own(part, h, frame))
    if (kept) {
      scene.texture(kept, ...inner, middle - 0.2 * size, 0.32 * size, own(part, kept))
      scene.texture(h, ...inner, middle + 0.2 * size, 0.32 * size, own(part, h))
    } else scene.texture(h, ...inner, middle, 0.62 * size, own(part, h))
    gate("input", (came + cell.from) / 2 + 4, middle, row, own(into))
    const goes = own(out, h, { width: shown(h, row), colour: rail })
    scene.line(
      [
        [cell.to, middle],
        [end, middle],
      ],
      goes,
    )
    gate("output", (cell.to + end) / 2, middle, row, own(out))
  }
}

// The lines that go from row to row: where along the flow, which record is their width, and the
// place of the gate that stands on each. A state that is kept beside the one that is shown has a
// line of its own; so has a state of which one gate decides how much stays and another how much is
// asked.
function handedOn(scene, layer) {
  const { flow, plan } = scene
  const { from, to, middle } = plan.at(`cell${layer}`)
  const most = THICK.state * plan.bands[0].pitch
  const line = (a, name, place, style) => {
    const record = flow.ofLayer(layer, name)
    return { a, record, place, width: scene.widths([record], most), ...style }
  }
  const shown = { colour: flow.colours.kind }
  if (!flow.kept && !flow.gateAt("asked")) return [line(middle, "h", "handed", shown)]
  const along = (share) => from + (to - from) * share
  const held = { colour: flow.gateColours[flow.gateAt("handed").name], alpha: 0.8 }
  return [
    line(along(0.72), "h", "asked", shown),
    line(along(0.3), flow.kept ?? "h", "handed", held),
  ]
}

// A gate as a valve: two plates slide together as far as the gate is shut. On a state that is
// handed on to the next row it stands across the rows' direction.
function valve(scene, a, c, gate, opening, own, turned = false) {
  const { half, reach } = VALVE
  const shut = (1 - opening) * reach
  const colour = scene.flow.gateColours[gate]
  const paper = scene.flow.colours.paper
  const box = (a0, c0, a1, c1, style) =>
    turned
      ? scene.box(a + c0, c + a0, a + c1, c + a1, style)
      : scene.box(a + a0, c + c0, a + a1, c + c1, style)
  const plate = { ...own, gate, fill: colour, stroke: "none", radius: 0 }
  const frame = { ...own, gate, fill: paper, stroke: colour, radius: 0, hollow: true }
  box(-half, -reach, half, reach, { ...frame, alpha: 0.9 })
  box(-half, -reach, half, -reach + shut, plate)
  box(-half, reach - shut, half, reach, plate)
}

// What the answer would lose with another word in each place: one scale for all texts and models.
function drawInfluences(scene, band) {
  const { flow, plan } = scene
  const { from, to } = plan.at("influence")
  const { answer, influence } = flow
  const { kind, muted } = flow.colours
  const end = band.row(answer)
  for (const row of influence ? band.rows.slice(0, answer + 1) : []) {
    const size = Math.abs(influence[row])
    const width = THICK.influence * band.pitch * size
    const colour = influence[row] < 0 ? muted : kind
    const style = { part: "influence", band: 0, row, record: "counterfactual.drop", width, colour }
    const alpha = 0.2 + 0.55 * size
    scene.ribbon(from, band.row(row), to, end, size, { ...style, alpha })
  }
  for (const shape of stateShapes(flow, plan, answer)) scene.keep(shape)
}

// The last layer's state at a word, from which the guess after it is made.
export function stateShapes(flow, plan, row) {
  const scene = new Scene(flow, plan)
  const [band] = plan.bands
  const { from, to } = plan.at("state")
  const [size, middle] = [BOX * band.pitch, band.row(row)]
  const record = flow.ofLayer(flow.n_layer - 1, "h")
  const own = { part: "state", band: 0, row, record }
  const { kind, paper } = flow.colours
  const frame = { fill: paper, stroke: kind, radius: 5, width: 2 }
  scene.box(from, middle - size / 2, to, middle + size / 2, { ...own, ...frame })
  scene.texture(record, from + 3, to - 3, middle, 0.62 * size, own)
  return scene.shapes
}
