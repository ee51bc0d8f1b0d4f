// What all views need: which state is the newest, reading a payload, and colours of a scale.

// Streamlit calls with every state of a view, but while the view's code is still loading not always
// in their order: a state that is older than the one on the screen is passed over.
export function newest(show) {
  return (component) => {
    const { data, parentElement } = component
    if (isOlder(data.stamp ?? stampOf(data), parentElement)) return undefined
    return show(component)
  }
}

// A stamp is a session and a count within it. When the server was started again, another session
// goes on in an old tab and counts from the beginning; none comes back once another one follows.
function isOlder([session, count], element) {
  const last = (element.lastShown ??= { session, count, ended: new Set() })
  if (last.ended.has(session) || (session === last.session && count < last.count)) return true
  if (session !== last.session) last.ended.add(last.session)
  Object.assign(last, { session, count })
  return false
}

function stampOf(data) {
  const bytes = bytesOf(data)
  return [bytes.getUint32(0, true), bytes.getUint32(4, true)]
}

function bytesOf(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data)
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

// Behind the stamp: a length, that many bytes of JSON, and the numbers.
export function readPayload(data) {
  const view = bytesOf(data)
  const bytes = new Uint8Array(view.buffer, view.byteOffset + 8, view.byteLength - 8)
  const length = view.getUint32(8, true)
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)))
  return { head, numbers: bytes.slice(4 + length) }
}

export function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
}

// 256 colours between the stops of a scale
export function colourTable(stops) {
  const colours = stops.map(rgb)
  return Array.from({ length: 256 }, (_, n) => {
    const at = (n / 255) * (colours.length - 1)
    const low = Math.min(Math.floor(at), colours.length - 2)
    return colours[low].map((c, i) => Math.round(c + (colours[low + 1][i] - c) * (at - low)))
  })
}

// the same as 32-bit pixels (alpha, blue, green, red: the byte order of canvas pixels)
export function pixelTable(stops) {
  return Uint32Array.from(colourTable(stops), ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r)
}

// A share from 0 to 1 for people, as `percent(share, short=True)` of viz_core/figures/numbers.py
// writes it: nothing but 0 is written as 0, nothing but 1 as 100 %.
export function percent(share) {
  if (Number.isNaN(share)) return "–"
  if (share <= 0) return "0 %"
  if (share >= 1) return "100 %"
  if (share > 0.999) return "> 99.9 %"
  if (share < 0.001) return "< 0.1 %"
  const digits = share >= 0.01 && share <= 0.99 ? 0 : 1
  return `${(100 * share).toFixed(digits).replace(/\.0$/, "")} %`
}

// The same with the number to four digits behind it, where they say more.
export function exactly(share) {
  const more = share >= 0.001 && share <= 0.9999
  return more ? `${percent(share)} (${share.toFixed(4)})` : percent(share)
}

// black or white, whichever reads better on a colour (relative luminance, WCAG 2)
export function inkOn([r, g, b]) {
  const linear = [r, g, b].map((c) => {
    const s = c / 255
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  return luminance > 0.179 ? "#000000" : "#ffffff"
}
