package io.latestimage.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was done to the service and when, as whoever did it has written it to a file, a line each, in order; the fields
 * are separated by tabs, times are milliseconds since 1970:
 *
 * <pre>
 *   1795433955123  phase  rolling update  no-failure     what follows is a phase with this expectation
 *   1795433956123  mark   helm upgrade                   for the picture
 *   1795433999123  stop                                  the load ends
 * </pre>
 *
 * @param phases without gaps
 * @param marks in order
 */
public record Events(List<Phase> phases, List<Mark> marks) {
    /**
     * A moment.
     *
     * @param time {@link System#nanoTime()}
     */
    public record Mark(String name, long time) {}

    /** Whether the file says that the load is to end. */
    static boolean isStopped(Path file) throws IOException {
        return Files.exists(file) && Files.readAllLines(file).stream().anyMatch(line -> line.endsWith("\tstop"));
    }

    /** What is expected of the phase that began last. */
    static Expectation latestExpectation(Path file) throws IOException {
        Events now = read(file, 0, 0);
        return now.phases().getLast().expectation();
    }

    /**
     * Reads the file.
     *
     * @param start when the run began, {@link System#nanoTime()}; what is before the first phase is not judged
     * @param end when it ended
     */
    static Events read(Path file, long start, long end) throws IOException {
        long toNanoTime = System.nanoTime() - System.currentTimeMillis() * 1_000_000;
        List<Phase> phases = new ArrayList<>();
        List<Mark> marks = new ArrayList<>();
        Phase current = new Phase("start", Expectation.NOT_JUDGED, start, end);
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            String[] fields = line.split("\t", -1);
            long time = Long.parseLong(fields[0]) * 1_000_000 + toNanoTime;
            switch (fields[1]) {
                case "phase" -> {
                    phases.add(new Phase(current.name(), current.expectation(), current.start(), time));
                    current = new Phase(fields[2], Expectation.parse(fields[3]), time, end);
                }
                case "mark" -> marks.add(new Mark(fields[2], time));
                case "stop" -> {}
                default -> throw new IOException("expected phase, mark or stop: " + line);
            }
        }
        phases.add(current);
        return new Events(phases, marks);
    }
}
