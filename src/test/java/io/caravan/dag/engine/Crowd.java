package io.caravan.dag.engine;

import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskResult;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Work that stays until it is let go, and counts how much of it there is at once. */
public final class Crowd {
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final Semaphore mayLeave = new Semaphore(0);

    public TaskResult enter() {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        try {
            mayLeave.acquire();
            return TestWorkflows.succeeded();
        } catch (InterruptedException e) {
            return TaskFailure.of(e);
        } finally {
            inside.decrementAndGet();
        }
    }

    public int inside() {
        return inside.get();
    }

    int most() {
        return most.get();
    }

    void leave(int count) {
        mayLeave.release(count);
    }

    public void leaveAll() {
        mayLeave.release(100_000);
    }
}
