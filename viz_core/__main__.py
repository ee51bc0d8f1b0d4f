"""`python -m viz_core` is `attention-atlas`."""

from viz_core.cli import main

main()
