"""Addresses of our own: short links, their code, oEmbed, privacy."""

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from viz_core.app_server import Guard
from viz_core.store import database, links
from viz_core.views import View
from viz_core.web.routes import routes

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
TOM = View("attention", {"text": ("Tom is",), "model": ("decoder-stories",)}, "en")


@pytest.fixture
def client(own_store):
    app = Starlette(routes=routes(), middleware=[Middleware(Guard, ("https://a.edu",))])
    return TestClient(app, "http://here.test", follow_redirects=False)


def kept(view=TOM):
    return links.keep(database.store(), view)


def test_a_short_link_leads_to_its_page_and_passes_on_how_it_is_shown(client):
    link = kept()
    answer = client.get(f"/s/{link}?show=picture&hide=title,text&embed=true&text=other&x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == (
        f"/attention?s={link}&show=picture&hide=title%2Ctext&embed=true"
    )
    assert 'type="application/json+oembed"' in answer.headers["link"]
    assert client.get(f"/s/{kept(View('home', {}, 'en'))}").headers["location"].startswith("/?s=")


@pytest.mark.parametrize(
    ("locale", "says"), [("en", "There is no link"), ("zh-CN", "这里没有链接")]
)
def test_an_unknown_link_is_told_as_text(client, locale, says):
    headers = {"accept": "text/html", "accept-language": locale}
    answer = client.get("/s/%3Cimg src=x onerror=alert(1)%3E", headers=headers)
    assert answer.status_code == 404
    assert says in answer.text
    assert "<img" not in answer.text
    assert client.get("/s/nothing99", headers={"accept": "*/*"}).json()["error"]


def test_a_code_to_scan_is_the_address(client):
    link = kept()
    answer = client.get(f"/s/{link}/code")
    assert f"http://here.test/s/{link}" in answer.text
    code = f'<img src="data:image/svg\\+xml;[^"]+" alt="http://here.test/s/{link}"'
    assert len(re.findall(code, answer.text)) == 1


def test_oembed_gives_a_frame(client):
    link = kept(View("attention", {"text": (EVIL,)}, "en"))
    asked = {"url": f"http://here.test/s/{link}", "maxwidth": "500", "format": "json"}
    told = client.get("/oembed", params=asked).json()
    assert (told["type"], told["version"], told["width"], told["height"]) == (
        "rich", "1.0", 500, 640,
    )  # fmt: skip
    assert f'src="http://here.test/s/{link}?embed=true"' in told["html"]
    assert re.findall("<[a-z]+", told["html"]) == ["<iframe"]
    for changed in (
        {"url": f"http://other.test/s/{link}"},
        {"url": "http://here.test/attention"},
        {"url": "javascript:alert(1)"},
        {"url": "http://here.test/s/nothing99"},
    ):
        assert client.get("/oembed", params=asked | changed).status_code == 404
    assert client.get("/oembed", params=asked | {"format": "xml"}).status_code == 501


def test_own_pages_load_nothing_from_elsewhere_and_run_no_inline_script(client):
    for path in ("/privacy", f"/s/{kept()}/code"):
        answer = client.get(path)
        policies = answer.headers.get_list("content-security-policy")
        assert any("default-src 'self'" in policy for policy in policies)
        assert "frame-ancestors 'self' https://a.edu" in policies
        assert "<script" not in answer.text
        assert not re.findall(r'(?:src|href)="(?!/|data:image/)', answer.text)


def test_privacy_names_what_is_kept(client):
    text = client.get("/privacy").text
    for what in ("12 hours", "random number in a cookie", "Short links"):
        assert what in text
    assert (
        "隐私" in client.get("/privacy?lang=zh").text
        or "保存" in client.get("/privacy?lang=zh").text
    )
