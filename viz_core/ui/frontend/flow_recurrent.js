// RNN and LSTM: the cell unrolled along the words, states handed on from row to row, gates as
// valves, and what is left of each word in the last state.

const BOX = 0.56 // height of a cell, in rows
const VALVE = { half: 4, reach: 9 } // px along and across what flows through
const GATES = ["i", "f", "g", "o"]

function drawRecurrent(pen) {
  const [band] = pen.plan.bands
  drawWords(pen, band)
  for (let layer = 0; layer < pen.flow.n_layer; layer++) drawLayer(pen, band, layer)
  drawInfluences(pen, band)
}

function drawWords(pen, band) {
  const { from, to } = pen.plan.at("embed")
  for (const row of band.rows) {
    const style = { part: "embed", band: 0, row, record: "embed" }
    pen.texture("embed", from, to, band.row(row), 0.5 * band.pitch, style)
  }
}

function drawLayer(pen, band, layer) {
  const { flow, plan } = pen
  const { pitch, n } = band
  const size = BOX * pitch
  const { kind: colour, rail, paper } = flow.colours
  const [into, part, out] = [`in${layer}`, `cell${layer}`, `out${layer}`]
  const [h, c] = [`${flow.kind}.${layer}.h`, `${flow.kind}.${layer}.c`]
  const below = layer ? `${flow.kind}.${layer - 1}.h` : "embed"
  const came = layer ? plan.at(`out${layer - 1}`).to : plan.at("embed").to
  const cell = plan.at(part)
  const end = plan.at(out).to
  const inner = [cell.from + 4, cell.to - 4]
  const gates = flow.gates(`${flow.kind}.${layer}.gates`)
  const opening = (gate, row) => gates[GATES.indexOf(gate) * n + row]
  const along = (share) => cell.from + (cell.to - cell.from) * share
  const [keeps, hands] = gates ? [along(0.3), along(0.72)] : [0, cell.middle]
  const input = pen.widths([below], THICK.input * pitch)
  const shown = pen.widths([h], THICK.input * pitch)
  const state = pen.widths([h], THICK.state * pitch)
  const kept = gates && pen.widths([c], THICK.state * pitch)

  for (const row of band.rows) {
    const middle = band.row(row)
    const own = (name, record, more) => ({ part: name, band: 0, row, record, ...more })
    const comes = own(into, below, { width: input(below, row), colour: rail })
    pen.line(
      [
        [came, middle],
        [cell.from, middle],
      ],
      comes,
    )
    if (row + 1 < n) {
      const [from, to] = [middle + size / 2, band.row(row + 1) - size / 2]
      const handed = { width: state(h, row), colour, hands: true }
      pen.line(
        [
          [hands, from],
          [hands, to],
        ],
        own(part, h, handed),
      )
      if (gates) {
        const held = { width: kept(c, row), colour: flow.gateColours.f, hands: true, alpha: 0.8 }
        pen.line(
          [
            [keeps, from],
            [keeps, to],
          ],
          own(part, c, held),
        )
        const next = { ...own(part), row: row + 1 }
        valve(pen, keeps, (from + to) / 2, "f", opening("f", row + 1), next, true)
      }
    }
    const frame = { fill: paper, stroke: colour, radius: 5, width: 1.5 }
    pen.box(cell.from, middle - size / 2, cell.to, middle + size / 2, own(part, h, frame))
    if (gates) {
      pen.texture(c, ...inner, middle - 0.2 * size, 0.32 * size, own(part, c))
      pen.texture(h, ...inner, middle + 0.2 * size, 0.32 * size, own(part, h))
      valve(pen, (came + cell.from) / 2 + 4, middle, "i", opening("i", row), own(into))
    } else pen.texture(h, ...inner, middle, 0.62 * size, own(part, h))
    const goes = own(out, h, { width: shown(h, row), colour: rail })
    pen.line(
      [
        [cell.to, middle],
        [end, middle],
      ],
      goes,
    )
    if (gates) valve(pen, (cell.to + end) / 2, middle, "o", opening("o", row), own(out))
  }
}

// A gate as a valve: two plates slide together as far as the gate is shut. On a state that is
// handed on to the next row it stands across the rows' direction.
function valve(pen, a, c, gate, opening, own, turned = false) {
  const { half, reach } = VALVE
  const shut = (1 - opening) * reach
  const colour = pen.flow.gateColours[gate]
  const paper = pen.flow.colours.paper
  const box = (a0, c0, a1, c1, style) =>
    turned
      ? pen.box(a + c0, c + a0, a + c1, c + a1, style)
      : pen.box(a + a0, c + c0, a + a1, c + c1, style)
  const plate = { ...own, gate, fill: colour, stroke: "none", radius: 0 }
  const frame = { ...own, gate, fill: paper, stroke: colour, radius: 0, hollow: true }
  box(-half, -reach, half, reach, { ...frame, alpha: 0.9 })
  box(-half, -reach, half, -reach + shut, plate)
  box(-half, reach - shut, half, reach, plate)
}

// How far the last state would move without each word: one scale for all texts and models.
function drawInfluences(pen, band) {
  const { flow, plan } = pen
  const { from, to } = plan.at("influence")
  const { asked, influence } = flow
  const colour = flow.colours.kind
  const end = band.row(asked)
  for (const row of influence ? band.rows.slice(0, asked + 1) : []) {
    const moved = influence[row]
    const width = THICK.influence * band.pitch * moved
    const style = { part: "influence", band: 0, row, record: "occlusion.shift", width, colour }
    const alpha = 0.2 + 0.55 * Math.min(1, moved)
    pen.ribbon(from, band.row(row), to, end, Math.min(1, moved), { ...style, alpha })
  }
  for (const shape of stateShapes(flow, plan, asked)) pen.keep(shape)
}

// The last layer's state at a word, from which the guess after it is made.
function stateShapes(flow, plan, row) {
  const pen = new Pen(flow, plan)
  const [band] = plan.bands
  const { from, to } = plan.at("state")
  const [size, middle] = [BOX * band.pitch, band.row(row)]
  const record = `${flow.kind}.${flow.n_layer - 1}.h`
  const own = { part: "state", band: 0, row, record }
  const { kind, paper } = flow.colours
  const frame = { fill: paper, stroke: kind, radius: 5, width: 2 }
  pen.box(from, middle - size / 2, to, middle + size / 2, { ...own, ...frame })
  pen.texture(record, from + 3, to - 3, middle, 0.62 * size, own)
  return pen.shapes
}
