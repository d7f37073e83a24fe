"""Pushes many products at once. The order of rows does not matter, and one product's failure never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from sheets_sync.plan import StepKind
from sheets_sync.push.context import PushContext, Pushed, Task
from sheets_sync.push.product import push_product

# So many products in a row that got no answer: the service is down, and the rest can wait.
OUT_OF_REACH = 8
# So many in a row that were refused for something that is the whole shop's: all the rest would be.
SHOP_AT_FAULT = 5
_CONTENT = frozenset(
    {StepKind.CREATE, StepKind.CREATE_DRAFT, StepKind.EDIT, StepKind.SAVE_DRAFT, StepKind.PUBLISH}
)


def push_all(
    ctx: PushContext, tasks: Sequence[Task], workers: int, stopping: Callable[[], bool] = lambda: False
) -> Generator[Pushed, None, None]:
    """Yield what became of each product as it ends, at most `workers` at a time.

    Products that spend the allowance stop being started once the platform says that it is spent, and those with content
    to send once the whole shop seems to be at fault. Ends early, leaving the rest for the next run, when the service is
    out of reach, or once it is told to be `stopping`: the products in hand are pushed to their end and told, and no
    more are begun. Closing the iterator does the same without telling. Raises CredentialsError.
    """
    queue = iter(tasks)
    instructions = ctx.store.instructions()
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="push")
    running: dict[Future[Pushed], Task] = {}
    spent = False
    unreachable = shop_faults = 0
    try:
        while True:
            while (
                len(running) < workers
                and unreachable < OUT_OF_REACH
                and not stopping()
                and (task := _next(queue, spent=spent, at_fault=shop_faults >= SHOP_AT_FAULT))
            ):
                running[pool.submit(push_product, ctx, task, instructions.get(task.want.product_key))] = task
            if not running:
                return
            # Now and then nothing is ready: on Windows a wait without an end hears no Ctrl-C.
            ready, _ = wait(running, timeout=1, return_when=FIRST_COMPLETED)
            for future in ready:
                del running[future]
                told = future.result()
                spent = spent or told.limit
                unreachable = unreachable + 1 if told.later or told.unknown else 0
                if shop_faults < SHOP_AT_FAULT:
                    shop_faults = shop_faults + 1 if told.shop_fault else 0
                yield told
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _next(queue: Iterator[Task], *, spent: bool, at_fault: bool) -> Task | None:
    """The next product that may be begun now; others wait for another day, or for the seller."""

    def waits(task: Task) -> bool:
        content = any(step.kind in _CONTENT for step in task.plan.steps)
        return (spent and task.plan.spends_allowance) or (at_fault and content)

    return next((task for task in queue if not waits(task)), None)
