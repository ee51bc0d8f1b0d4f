// The button that prints a page.

document.querySelector(".print").onclick = () => print()
