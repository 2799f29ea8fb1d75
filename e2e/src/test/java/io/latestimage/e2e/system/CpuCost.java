package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.SingleRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Compares the processor time that a service spends on two requests. The result is a ratio, so it does not depend on
 * the machine. Both requests alternate, and the result is the median of the rounds.
 *
 * @param rounds how often both are measured, after one round that is not counted
 * @param requests how many of each are sent in a round. The operating system counts in steps of 10 ms.
 */
record CpuCost(ServiceProcess service, int rounds, int requests) {
    private static final Duration TICK = Duration.ofMillis(10);

    /** A request, and the status of its answer. */
    record Measured(SingleRequest request, int status) {}

    /** How many times as much the first request costs as the second one. */
    double ratio(Measured first, Measured second) throws IOException {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            double ratio = (double) nanos(first) / nanos(second);
            if (round > 0) { // in the first one, the compiler works as well
                ratios.add(ratio);
            }
        }
        Collections.sort(ratios);
        return ratios.get(ratios.size() / 2);
    }

    private long nanos(Measured measured) throws IOException {
        Duration begun = used();
        for (int i = 0; i < requests; i++) {
            assertThat(measured.request().send().status()).isEqualTo(measured.status());
        }
        return Math.max(TICK.toNanos(), used().minus(begun).toNanos());
    }

    private Duration used() {
        return service.process().toHandle().info().totalCpuDuration().orElseThrow();
    }
}
