"""A schedule that counts epochs belongs at the end of an epoch, which code tells where a short run can't."""

from __future__ import annotations

import pytest

from traced.schedules import stepped_each_batch

LOOP = """
scheduler = {made}
for epoch in range(20):
    for x, y in loader:
        loss = criterion(net(x), y)
        loss.backward()
        optimizer.step()
        {in_the_loop}
    {at_the_end}
"""
EPOCHS = "torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)"


@pytest.mark.parametrize(
    "made",
    [
        EPOCHS,
        "ExponentialLR(optimizer, 0.9)",
        "lr_scheduler.MultiStepLR(optimizer, [8, 12])",
        "CosineAnnealingLR(optimizer, T_max=EPOCHS)",
    ],
)
def test_a_step_for_each_batch_is_named(made):
    told = stepped_each_batch([LOOP.format(made=made, in_the_loop="scheduler.step()", at_the_end="pass")])
    assert "`scheduler.step()` is called for each batch" in told


@pytest.mark.parametrize(
    "made",
    [
        "OneCycleLR(optimizer, 0.1, total_steps=900)",
        "StepLR(optimizer, step_size=5000)",
        "ExponentialLR(optimizer, 0.9995)",
        "CosineAnnealingLR(optimizer, T_max=EPOCHS * len(loader))",
    ],
)
def test_a_schedule_that_counts_batches_is_stepped_for_each(made):
    assert not stepped_each_batch([LOOP.format(made=made, in_the_loop="scheduler.step()", at_the_end="pass")])


def test_a_step_after_each_epoch_is_right_also_where_a_cell_can_not_be_read():
    code = LOOP.format(made=EPOCHS, in_the_loop="pass", at_the_end="scheduler.step()")
    assert not stepped_each_batch(["%matplotlib inline", code])
