// Links beside each other; one without an address leads to this very view, without some values.

import { newest } from "../viz_core.kit/shared.js"

const CLICKER = { PageDown: "ArrowRight", PageUp: "ArrowLeft" } // keys of a presenter's clicker

function show({ data, parentElement }) {
  const links = data.links.map((one) => {
    const link = document.createElement("a")
    link.textContent = one.label
    link.href = one.href ?? "?"
    link.title = one.about ?? ""
    link.className = one.first ? "first" : ""
    if (one.without) {
      link.onclick = () => {
        const here = new URL(location.href)
        one.without.forEach((key) => here.searchParams.delete(key))
        link.href = here.href
      }
    }
    return link
  })
  const nav = parentElement.querySelector("nav")
  nav.setAttribute("aria-label", data.label)
  nav.replaceChildren(...links)
  let tabbed = false // whoever tabs to a widget means its arrow keys
  function point() {
    tabbed = false
  }
  function press(event) {
    tabbed ||= event.key === "Tab"
    const key = CLICKER[event.key] ?? event.key
    const at = data.links.findIndex((one) => one.key === key)
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const [focused, ...around] = event.composedPath()
    if (around.some((node) => node.classList?.contains("flow"))) return // they step its walk
    if (focused.matches?.("input, textarea") || (tabbed && focused !== document.body)) return
    event.preventDefault()
    event.stopPropagation()
    links[at].click()
  }
  addEventListener("keydown", press, true)
  addEventListener("pointerdown", point, true)
  return () => {
    removeEventListener("keydown", press, true)
    removeEventListener("pointerdown", point, true)
  }
}

export default newest(show)
