"""What the app keeps: short links, and the rooms that are open."""

from viz_core.store.database import SETTING, Store, open_store, store

__all__ = ["SETTING", "Store", "open_store", "store"]
