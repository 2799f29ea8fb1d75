package io.latestimage.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/** A scheduler whose tasks run when a test says so, and not before. */
final class ManualScheduler extends AbstractLifeCycle implements Scheduler {
    private final List<ManualTask> tasks = new CopyOnWriteArrayList<>();

    /** A task that waits. */
    private final class ManualTask implements Task {
        private final Runnable work;
        private final Duration delay;

        ManualTask(Runnable work, Duration delay) {
            this.work = work;
            this.delay = delay;
        }

        @Override
        public boolean cancel() {
            return tasks.remove(this);
        }
    }

    @Override
    public Task schedule(Runnable task, long delay, TimeUnit units) {
        return schedule(task, Duration.of(delay, units.toChronoUnit()));
    }

    @Override
    public Task schedule(Runnable task, Duration delay) {
        ManualTask scheduled = new ManualTask(task, delay);
        tasks.add(scheduled);
        return scheduled;
    }

    /** The delays of the tasks that wait. */
    List<Duration> delays() {
        return tasks.stream().map(task -> task.delay).toList();
    }

    /** Runs all tasks that wait. They go on waiting, so that a test can run them again. */
    void runAll() {
        tasks.forEach(task -> task.work.run());
    }
}
