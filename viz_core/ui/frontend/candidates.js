// The likeliest next tokens: a pale bar for what the model says, a full one for what is drawn from.

import { exactly, newest, percent } from "../viz_core.kit/shared.js"

function show(component) {
  const { data, parentElement, setTriggerValue } = component
  const list = parentElement.querySelector(".candidates")
  list.setAttribute("aria-label", data.label)
  for (const name of ["bar", "faint", "mark", "muted"]) {
    list.style.setProperty(`--${name}`, data.colours[name])
  }
  const longest = Math.max(...data.rows.map((row) => Math.max(row.prob, row.drawn ?? 0)), 1e-9)
  const width = (share) => `${(100 * share) / longest}%`

  const rows = data.rows.map((row) => {
    const line = document.createElement("button")
    line.type = "button"
    line.className = "candidate"
    line.classList.toggle("chosen", row.chosen)
    line.classList.toggle("cut", row.drawn === 0)
    const word = document.createElement("span")
    word.className = "word"
    word.textContent = row.label
    const track = document.createElement("span")
    track.className = "track"
    const said = document.createElement("i")
    said.style.width = width(row.prob)
    track.append(said)
    const share = document.createElement("span")
    share.className = "share"
    share.textContent = percent(row.prob)
    if (row.drawn !== null) {
      const drawn = document.createElement("b")
      drawn.style.width = width(row.drawn)
      track.append(drawn)
      const after = document.createElement("span")
      after.className = "after"
      after.textContent = row.drawn > 0 ? percent(row.drawn) : data.words.cut
      share.append(" → ", after)
    }
    line.append(word, track, share)
    line.title = `${row.label} ${exactly(row.prob)}`
    line.disabled = !data.clickable
    line.onclick = () => setTriggerValue("forced", row.token)
    if (row.chosen) line.setAttribute("aria-current", "true")
    return line
  })
  const rest = document.createElement("div")
  rest.className = "rest"
  rest.textContent = data.words.rest
  list.replaceChildren(...rows, rest)
  list.dataset.place = data.place
}

export default newest(show)
