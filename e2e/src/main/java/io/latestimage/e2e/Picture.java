package io.latestimage.e2e;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws the requests per second and their outcomes over time, as SVG: a bar for each second, a band for each phase, a
 * line for each mark.
 *
 * @param start when the run began, {@link System#nanoTime()}
 */
record Picture(List<Phase> phases, List<Timeline.Mark> marks, List<Result> results, long start) {
    private static final long SECOND = 1_000_000_000;
    private static final int LEFT = 50;
    private static final int TOP = 190;
    private static final int WIDTH = 1400;
    private static final int HEIGHT = 260;
    private static final int BOTTOM = TOP + HEIGHT;
    private static final List<String> BANDS = List.of("#f4f6f8", "#e6ebf0");

    /** The parts of a bar, from the bottom up. */
    private enum Part {
        DOWNLOADS("#5b8db8"),
        UPLOADS("#8cc08a"),
        STALE("#e0c04c"),
        REFUSED("#e8914a"),
        FAILED("#c8102e");

        private final String colour;

        Part(String colour) {
            this.colour = colour;
        }

        static Part of(Answer answer) {
            return switch (answer.outcome()) {
                case DONE, OUTDATED -> answer.operation() == Operation.DOWNLOAD ? DOWNLOADS : UPLOADS;
                case STALE -> STALE;
                case REJECTED, UNCERTAIN -> REFUSED;
                case STATUS, WRONG, REFUSED, CLOSED, RESET, CUT, TIMEOUT -> FAILED;
            };
        }
    }

    String svg() {
        int seconds = (int) ((results.getLast().phase().end() - start) / SECOND) + 1;
        List<Map<Part, Integer>> counts = counts(seconds);
        int highest = counts.stream()
                .mapToInt(second ->
                        second.values().stream().mapToInt(Integer::intValue).sum())
                .max()
                .orElse(1);
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"9\">%n"
                        .formatted(LEFT + WIDTH + 40, BOTTOM + 40));
        svg.append("<title>Requests per second over time, and what became of them</title>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        drawPhases(svg, seconds);
        drawBars(svg, counts, Math.max(1, highest));
        drawMarks(svg, seconds);
        drawAxes(svg, Math.max(1, highest), seconds);
        return svg.append("</svg>\n").toString();
    }

    private List<Map<Part, Integer>> counts(int seconds) {
        List<Map<Part, Integer>> counts = new ArrayList<>();
        for (int i = 0; i < seconds; i++) {
            counts.add(new EnumMap<>(Part.class));
        }
        for (Result result : results) {
            for (Answer answer : result.answers()) {
                int second = (int) ((answer.end() - start) / SECOND);
                counts.get(Math.clamp(second, 0, seconds - 1)).merge(Part.of(answer), 1, Integer::sum);
            }
        }
        return counts;
    }

    private void drawPhases(StringBuilder svg, int seconds) {
        for (int i = 0; i < results.size(); i++) {
            Result result = results.get(i);
            double from = x(result.phase().start(), seconds);
            double to = x(result.phase().end(), seconds);
            svg.append("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"%s\"/>%n"
                    .formatted(round(from), TOP, round(to - from), HEIGHT, BANDS.get(i % 2)));
            svg.append("<text transform=\"translate(%s %d) rotate(-60)\" fill=\"%s\">%s</text>%n"
                    .formatted(
                            round((from + to) / 2),
                            TOP - 6,
                            result.holds() ? "#222222" : Part.FAILED.colour,
                            escape(result.phase().name())));
        }
    }

    private static void drawBars(StringBuilder svg, List<Map<Part, Integer>> counts, int highest) {
        double width = (double) WIDTH / counts.size();
        double scale = (double) HEIGHT / highest;
        Map<Part, StringBuilder> paths = new EnumMap<>(Part.class);
        for (int second = 0; second < counts.size(); second++) {
            double bottom = BOTTOM;
            for (Map.Entry<Part, Integer> entry : counts.get(second).entrySet()) {
                // A single failure must be visible.
                double height = Math.max(entry.getKey() == Part.FAILED ? 3 : 0, entry.getValue() * scale);
                paths.computeIfAbsent(entry.getKey(), part -> new StringBuilder())
                        .append("M%s %sh%sv-%sh-%sz"
                                .formatted(
                                        round(LEFT + second * width),
                                        round(bottom),
                                        round(width),
                                        round(height),
                                        round(width)));
                bottom -= height;
            }
        }
        paths.forEach((part, path) -> svg.append("<path fill=\"")
                .append(part.colour)
                .append("\" d=\"")
                .append(path)
                .append("\"/>\n"));
    }

    private void drawMarks(StringBuilder svg, int seconds) {
        for (Timeline.Mark mark : marks) {
            svg.append(
                    "<path stroke=\"#444444\" stroke-width=\"0.6\" stroke-dasharray=\"3 2\" d=\"M%s %dv%d\"><title>%s</title></path>%n"
                            .formatted(round(x(mark.time(), seconds)), TOP, HEIGHT, escape(mark.name())));
        }
    }

    private static void drawAxes(StringBuilder svg, int highest, int seconds) {
        for (int rate = 0; rate <= highest; rate += 50) {
            double y = BOTTOM - (double) rate * HEIGHT / highest;
            svg.append("<text x=\"%d\" y=\"%s\" text-anchor=\"end\">%d/s</text>%n"
                    .formatted(LEFT - 4, round(y + 3), rate));
            svg.append("<path stroke=\"#888888\" stroke-width=\"0.3\" d=\"M%d %sh%d\"/>%n"
                    .formatted(LEFT, round(y), WIDTH));
        }
        for (int second = 0; second < seconds; second += 60) {
            svg.append("<text x=\"%s\" y=\"%d\">%d min</text>%n"
                    .formatted(round(LEFT + (double) second * WIDTH / seconds), BOTTOM + 12, second / 60));
        }
        int x = LEFT;
        for (Part part : Part.values()) {
            svg.append("<rect x=\"%d\" y=\"%d\" width=\"9\" height=\"9\" fill=\"%s\"/>%n"
                    .formatted(x, BOTTOM + 22, part.colour));
            svg.append("<text x=\"%d\" y=\"%d\">%s</text>%n"
                    .formatted(x + 13, BOTTOM + 30, part.name().toLowerCase(Locale.ROOT)));
            x += 90;
        }
    }

    private double x(long time, int seconds) {
        return LEFT + (double) (time - start) / SECOND * WIDTH / seconds;
    }

    private static String round(double coordinate) {
        return String.valueOf(Math.round(coordinate * 100) / 100.0);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
