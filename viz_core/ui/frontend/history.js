// One entry of the browser's history a page. Streamlit makes a new one whenever the app itself
// changes a value of the address: for a value that is the page's own, for one that goes along to
// another page, for a click in a picture. The way back would pass through all of them, and some are
// half of a view. What is written into the address of the same page takes the place of its entry.
{
  const push = history.pushState.bind(history)
  history.pushState = (state, unused, address) => {
    const path = new URL(address ?? location.href, location.href).pathname
    if (path === location.pathname) history.replaceState(state, unused, address)
    else push(state, unused, address)
  }
}
