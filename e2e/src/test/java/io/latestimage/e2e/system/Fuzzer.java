package io.latestimage.e2e.system;

import io.latestimage.e2e.system.FuzzClient.Defect;
import io.latestimage.e2e.system.FuzzClient.Ending;
import io.latestimage.e2e.system.FuzzClient.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends requests of a generator for a while, from many clients at once, and collects what is wrong. Some clients send
 * one request after the other. Others leave each connection open until the service answers or closes it, which takes as
 * long as the limits of the service.
 */
final class Fuzzer {
    private static final int QUICK_CLIENTS = 8;
    private static final int PATIENT_CLIENTS = 64;
    /** How many findings of a kind are described. */
    private static final int MOST_DESCRIBED = 5;

    private static final Pattern TAG = Pattern.compile("(?m)^ETag: (\"[0-9a-f]{64}\")");

    private final RequestGenerator generator;
    private final FuzzClient client;
    private final AtomicReference<String> tag = new AtomicReference<>("\"none\"");
    private final AtomicLong next = new AtomicLong();

    private final Object lock = new Object();
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private final Map<Defect, Long> defects = new EnumMap<>(Defect.class);
    private final List<String> findings = new ArrayList<>();

    /**
     * Creates a fuzzer, which can run once.
     *
     * @param authorization the value of the header that most requests carry
     */
    Fuzzer(long seed, String authorization, FuzzClient client) {
        this.generator = new RequestGenerator(seed, authorization, tag::get);
        this.client = client;
    }

    /**
     * What a run has found.
     *
     * @param requests how many requests were sent
     * @param statuses how often each status came back
     * @param defects how often each kind of defect was seen
     * @param findings descriptions of the first defects of each kind
     */
    record Summary(long requests, Map<Integer, Long> statuses, Map<Defect, Long> defects, List<String> findings) {
        @Override
        public String toString() {
            return "%d requests, statuses %s, defects %s".formatted(requests, statuses, defects);
        }
    }

    /**
     * Runs, and waits until all connections have ended.
     *
     * @param leastRequests a slow machine takes longer for so many
     */
    Summary run(Duration duration, long leastRequests) {
        long end = System.nanoTime() + duration.toNanos();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < QUICK_CLIENTS + PATIENT_CLIENTS; i++) {
                boolean quick = i < QUICK_CLIENTS;
                clients.execute(() -> {
                    while (System.nanoTime() - end < 0 || next.get() < leastRequests) {
                        sendNext(quick);
                    }
                });
            }
        }
        synchronized (lock) {
            return new Summary(next.get(), new TreeMap<>(statuses), new EnumMap<>(defects), List.copyOf(findings));
        }
    }

    private void sendNext(boolean quick) {
        FuzzRequest request = generator.request(next.getAndIncrement());
        Ending ending = quick ? quickEnding(request.number()) : Ending.STAY;
        Exchange exchange = client.exchange(request, ending);
        Matcher matcher = TAG.matcher(exchange.received());
        if (matcher.find()) {
            tag.set(matcher.group(1));
        }
        note(request, ending, exchange);
    }

    private static Ending quickEnding(long number) {
        return switch ((int) (number % 10)) {
            case 0 -> Ending.HANG_UP;
            case 1 -> Ending.RESET;
            default -> Ending.HALF_CLOSE;
        };
    }

    private void note(FuzzRequest request, Ending ending, Exchange exchange) {
        synchronized (lock) {
            exchange.statuses().forEach(status -> statuses.merge(status, 1L, Long::sum));
            if (exchange.defect() != Defect.NONE && defects.merge(exchange.defect(), 1L, Long::sum) <= MOST_DESCRIBED) {
                String received = exchange.received();
                findings.add("%s %s, received \"%s\" for %s"
                        .formatted(
                                exchange.defect(),
                                ending,
                                received.substring(0, Math.min(300, received.length())),
                                request.describe()));
            }
        }
    }
}
