"""The tasks that there are, by their names."""

from __future__ import annotations

from viz_core.few_shot import chinese, english
from viz_core.few_shot.task import Task

TASKS: dict[str, Task] = {task.name: task for task in (*english.TASKS, *chinese.TASKS)}
