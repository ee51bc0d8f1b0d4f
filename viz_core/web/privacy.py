"""What the app keeps, and what it does not, in plain words."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from viz_core.i18n import _
from viz_core.web.pages import answering, page


@answering
def privacy(request: Request) -> Response:
    """The page."""
    parts = [
        (
            _("What you type"),
            _(
                "Your text is read by models on this server and sent to no other machine. It "
                "stands in the address of the page, so it is in your browser's history, and it is "
                "in the server's memory while others may ask for the same."
            ),
        ),
        (
            _("Short links"),
            _(
                "“Share” keeps the view: page, text, choices, language, and which weights the "
                "models had. Whoever has the link sees it. It is kept for as long as this site is "
                "there, and can't be changed. It does not say who made it, from where or when. So "
                "don't share a text that others shall not read."
            ),
        ),
        (
            _("Rooms"),
            _(
                "Who joins a room gets a random number in a cookie of that room, which counts each "
                "guess once. There are no names and no accounts. The lecturer sees the guesses, "
                "not whose they are, and can save them as a table. A room ends after 12 hours "
                "without use, and everything in it is deleted."
            ),
        ),
        (
            _("Network addresses"),
            _(
                "To slow down whoever tries out codes, the server counts requests by network "
                "address in its memory for an hour at most. It writes no address down, and no log "
                "of visits. A proxy in front of it may keep its own."
            ),
        ),
        (
            _("Others"),
            _("No other company is asked for anything: no fonts, no counters, no advertisements."),
        ),
    ]
    return page("privacy.html", title=_("What is kept"), parts=parts, back=_("Back to the app"))


ROUTES = (Route("/privacy", privacy),)
