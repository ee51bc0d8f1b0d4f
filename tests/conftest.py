import os
import tempfile
from dataclasses import replace
from functools import cache

import pytest
import torch
from hypothesis import settings
from stores import Postgres, programs
from streamlit.components.v2 import manifest_scanner

from viz_core import load, model_ids
from viz_core.lessons.train import presets
from viz_core.store import SETTING, database, open_store
from viz_core.store.tables import TABLES

# What tests share is kept in a folder of their own, servers that they start included
os.environ[SETTING] = f"sqlite:///{tempfile.mkdtemp(prefix='atlas-')}/store.sqlite3"
torch.set_num_threads(1)  # as the server runs: with two, sums are taken in another order
settings.register_profile("alike", derandomize=True, database=None, deadline=None)
settings.load_profile("alike")  # the same inputs in every run, however busy the machine is
# Each AppTest reads the metadata of all installed packages anew: half the time of a page's test
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

# What the Train page trains for whoever opens it would take a processor's minute
presets.EXAMPLE = replace(presets.EXAMPLE, n_layer=1, n_head=2, width=16, n_steps=8)


@pytest.fixture(autouse=True)
def one_thread():
    """What a test of training says of threads is forgotten after it."""
    yield
    torch.set_num_threads(1)


TOM = "Tom is a cat. Tom's favorite food is fish."


@pytest.fixture(params=model_ids())
def runner(request):
    return load(request.param)


@pytest.fixture(params=["decoder-stories", "encoder-stories"])
def transformer(request):
    return load(request.param)


@pytest.fixture
def decoder():
    return load("decoder-stories")


@pytest.fixture
def encoder():
    return load("encoder-stories")


@pytest.fixture(scope="session")
def postgres():
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    if request.param == "sqlite":
        made = open_store(f"sqlite:///{tmp_path}/new/store.sqlite3")
    else:
        made = open_store(request.getfixturevalue("postgres").url)
        with made.writing() as connection:
            for table in reversed(TABLES.sorted_tables):
                connection.execute(table.delete())
    yield made
    made.engine.dispose()


@pytest.fixture
def own_store(tmp_path, monkeypatch):
    """The store of this process, new and empty."""
    monkeypatch.setenv(SETTING, f"sqlite:///{tmp_path}/store.sqlite3")
    database.store.cache_clear()
    yield database.store()
    database.store.cache_clear()
