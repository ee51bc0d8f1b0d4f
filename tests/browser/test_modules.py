"""The browser's modules: how they come to the browser, and what they draw from data alone."""

import pytest
from driver import query, ready, wait_until
from playwright.sync_api import expect

from viz_core import Request, load
from viz_core.analysis.flow import flow as reduced
from viz_core.lessons.home.payload import flow_payload

pytestmark = pytest.mark.browser
TOM = "Tom is a cat"


def test_scripts_are_fetched_once_and_sent_with_no_state(server, browser):
    page = browser.new_page()
    fetched, sent = [], []
    page.on("request", lambda one: fetched.append(one.url) if "bidi-components" in one.url else 0)
    page.on("websocket", lambda one: one.on("framereceived", lambda frame: sent.append(frame)))
    page.goto(server.url)
    ready(page)
    page.wait_for_selector(".flow[data-painted^=decoder]")
    names = {url.partition("bidi-components/")[2] for url in fetched}
    assert {"viz_core.flow/flow.js", "viz_core.flow/plan.js", "viz_core.kit/shared.js"} <= names
    assert len(fetched) == len(names)
    fetched.clear()
    page.locator(".cards button[data-name=lstm]").click()
    page.wait_for_selector(".flow[data-painted^=lstm]")
    page.close()
    assert fetched == []
    assert not any(b"StackDrawing" in bytes(frame) for frame in sent)


# A payload as the flow draws it: where each gate stands, and what each line between rows is of.
DRAWN = """async (payload) => {
  const own = (name) => import(`/_stcore/bidi-components/viz_core.flow/${name}.js`)
  const [{ readFlow }, { planOf }] = [await own("read"), await own("plan")]
  const [{ Scene }, { drawRecurrent }] = [await own("scene"), await own("recurrent")]
  const flow = readFlow(Uint8Array.from(payload))
  const scene = new Scene(flow, planOf(flow, 1200))
  drawRecurrent(scene)
  const gates = scene.shapes.filter(({ gate, hollow }) => gate && hollow)
  const lines = scene.shapes.filter(({ hands }) => hands)
  return {
    gates: [...new Set(gates.map(({ gate, part }) => `${gate} ${part}`))],
    lines: [...new Set(lines.map(({ record, colour }) => `${record} ${colour}`))],
  }
}"""


def test_a_kinds_row_alone_says_where_its_gates_stand(visit):
    """Of a GRU one gate decides how much of the state stays, another how much of it is asked."""
    gru = reduced(load("gru-stories").run(Request(TOM, everywhere=True)))
    colours = {"kind": "state", "rail": "rail", "paper": "paper"}
    labels = {
        "size": 1,
        "colours": colours,
        "gateColours": {"r": "reset", "z": "update"},
        "signed": ["#000000", "#ffffff"],
        "amounts": ["#000000", "#ffffff"],
    }
    payload = flow_payload(gru, 0, labels)
    shown = visit("/").evaluate(DRAWN, list(bytes(8) + payload))
    assert shown["gates"] == ["r cell0", "z cell0", "r cell1", "z cell1"]
    assert shown["lines"] == ["gru.0.h state", "gru.0.h update", "gru.1.h state", "gru.1.h update"]


def test_a_choice_is_shown_in_words_and_linked_by_its_code(visit):
    page = visit("/compare?measure=occlusion&lang=zh", locale="zh-CN")
    expect(page.get_by_role("radio", name="遮挡")).to_be_checked()
    assert query(page)["measure"] == "occlusion"
    page.get_by_role("radio", name="未训练").click()
    wait_until(lambda: query(page).get("weights") == "untrained", "the code in the link")
    page.reload()
    expect(page.get_by_role("radio", name="遮挡")).to_be_checked()
    expect(page.get_by_role("radio", name="未训练")).to_be_checked()
