// The switch of presenter size, and the sheet of all keys: P or F for the one, ? for the other.
// It is on every page, so it also tells the app when the theme has changed.

import { newest } from "../viz_core.kit/shared.js"

const NARROW = 720 // px, below which the menu is a drawer

function show({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".keys")
  const large = root.querySelector(".large")
  const help = root.querySelector(".help")
  const sheet = root.querySelector("dialog")
  large.title = data.large
  large.setAttribute("aria-label", data.large)
  large.setAttribute("aria-pressed", data.on)
  help.title = data.title
  help.setAttribute("aria-label", data.title)
  sheet.setAttribute("aria-label", data.title)
  sheet.querySelector("h2").textContent = data.title
  sheet.querySelector("form button").textContent = data.close
  const lines = data.keys.flatMap(([keys, does]) => {
    const pair = [document.createElement("dt"), document.createElement("dd")]
    pair[0].textContent = keys
    pair[1].textContent = does
    return pair
  })
  sheet.querySelector("dl").replaceChildren(...lines)

  function turn() {
    large.setAttribute("aria-pressed", !data.on) // at once; the page follows
    setTriggerValue("turned", !data.on)
  }
  const open = () => (sheet.open ? sheet.close() : sheet.showModal())
  large.onclick = turn
  help.onclick = open
  const acts = { p: turn, f: turn, P: turn, F: turn, "?": open }
  function press(event) {
    if (!(event.key in acts) || event.altKey || event.ctrlKey || event.metaKey) return
    const [focused] = event.composedPath()
    if (focused.matches?.("input, textarea, select, [contenteditable=true]")) return
    event.preventDefault()
    acts[event.key]()
  }
  // on a phone the menu lies over the page that was chosen from it
  function chosen({ target }) {
    if (innerWidth >= NARROW || !target.closest?.("[data-testid=stSidebarNavLink]")) return
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click()
  }
  // a formula that scrolls can be scrolled by keyboard
  function reach() {
    for (const formula of document.querySelectorAll(".katex-display"))
      if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0
      else formula.removeAttribute("tabindex")
  }
  let waiting = 0
  const watcher = new MutationObserver(() => {
    clearTimeout(waiting)
    waiting = setTimeout(reach, 200)
  })
  watcher.observe(document.body, { childList: true, subtree: true })
  addEventListener("resize", reach)
  reach()
  const unwatch = watchTheme(root, (scheme) => setTriggerValue("themed", scheme))
  addEventListener("keydown", press)
  addEventListener("click", chosen)
  return () => {
    unwatch()
    watcher.disconnect()
    clearTimeout(waiting)
    removeEventListener("resize", reach)
    removeEventListener("keydown", press)
    removeEventListener("click", chosen)
  }
}

// Streamlit draws a page in another theme without asking the app again, whose pictures have their
// colours from there.
function watchTheme(element, changed) {
  const scheme = () => getComputedStyle(element).getPropertyValue("--st-background-color")
  let last = scheme()
  let waiting = 0
  const watcher = new MutationObserver(() => {
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      const now = scheme()
      if (now && now !== last) changed((last = now))
    }, 50)
  })
  watcher.observe(document.querySelector("[data-testid=stApp]"), { attributeFilter: ["class"] })
  return () => {
    watcher.disconnect()
    clearTimeout(waiting)
  }
}

export default newest(show)
