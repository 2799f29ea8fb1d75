package io.latestimage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LoadTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final OneImageServer server = new OneImageServer();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Load load = load(EnumSet.allOf(UploadWay.class));

    LoadTest() throws IOException {}

    private Load load(Set<UploadWay> ways) {
        return new Load(List.of(server.target()), ways, 1, 7, lines::add);
    }

    @AfterEach
    void stop() {
        load.close();
        server.close();
    }

    @Test
    void holdsIfNothingFails() throws Exception {
        load.start();
        load.phase("quiet", Expectation.NO_FAILURE);
        load.mark("a moment");
        awaitAnswers(50);
        assertThat(load.latest().problems()).isEmpty();
        Report report = load.stop(1);
        assertThat(report.problems()).isEmpty();
        assertThat(report.phases()).extracting(Phase::name).containsExactly("start", "quiet");
        assertThat(report.marks()).extracting(Timeline.Mark::name).containsExactly("a moment");
        assertThat(lines).isEmpty();
    }

    @Test
    void uploadsInBothWays() throws Exception {
        load.start();
        load.phase("quiet", Expectation.NO_FAILURE);
        Await.until("uploads in both ways", LIMIT, () -> server.forms() > 20 && server.puts() > 20);
        assertThat(load.stop(1).problems()).isEmpty();
    }

    /** An older version of the service does not know the other one. */
    @ParameterizedTest
    @EnumSource
    void uploadsOnlyInTheGivenWay(UploadWay way) throws Exception {
        try (Load one = load(EnumSet.of(way))) {
            one.start();
            one.phase("quiet", Expectation.NO_FAILURE);
            Await.until("uploads", LIMIT, () -> server.forms() + server.puts() > 20);
            assertThat(one.stop(1).problems()).isEmpty();
        }
        assertThat(way == UploadWay.FORM ? server.puts() : server.forms()).isZero();
    }

    @Test
    void seesThatOnlyOneOfTheWaysFails() throws Exception {
        load.start();
        load.phase("quiet", Expectation.NO_FAILURE);
        server.refusePuts();
        Await.until("a failure is seen", LIMIT, () -> load.unusual() > 0);
        assertThat(load.latest().failures()).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.kind()).isEqualTo("upload 405");
            assertThat(answer.detail()).startsWith("PUT /image: ");
        });
        assertThat(load.stop(1).holds()).isFalse();
    }

    @Test
    void seesAFailureImmediatelyAndInTheReport() throws Exception {
        load.start();
        load.phase("quiet", Expectation.NO_FAILURE);
        server.fail();
        Await.until("a failure is seen", LIMIT, () -> load.unusual() > 0);
        assertThat(load.latest().problems()).anyMatch(problem -> problem.endsWith("requests failed"));
        assertThat(lines.peek()).contains("503");
        assertThat(load.stop(1).holds()).isFalse();
    }

    @Test
    void requiresAFailureInAControl() throws Exception {
        load.start();
        load.phase("control", Expectation.FAILURES);
        awaitAnswers(5);
        assertThat(load.latest().problems())
                .containsExactly("control: nothing failed, so this load cannot see failures");
        server.fail();
        Await.until("a failure is seen", LIMIT, () -> load.unusual() > 0);
        assertThat(load.latest().problems()).isEmpty();
    }

    @Test
    void letsOnlyOneClientUploadInAPhaseWithFewUploads() throws Exception {
        load.start();
        load.phase("many", Expectation.NO_FAILURE);
        assertThat(load.idleClientsAreAtRest()).isTrue(); // none is idle
        load.phase("few", Expectation.FEW_UPLOADS);
        Await.until("the idle clients have finished their requests", LIMIT, load::idleClientsAreAtRest);
        load.phase("still few", Expectation.FEW_UPLOADS);
        Await.until(
                "the remaining client uploads",
                LIMIT,
                () -> load.latest().problems().isEmpty());
        assertThat(load.latest().answers())
                .filteredOn(answer -> answer.operation() == Operation.UPLOAD)
                .allMatch(answer -> answer.style() == Style.FRESH);
    }

    @Test
    void doesNotStartIfTheFirstUploadFails() {
        server.fail();
        assertThatThrownBy(load::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the first upload is not acknowledged");
    }

    @Test
    void runsFromTheCommandLine(@TempDir Path folder) throws Exception {
        String target = "memory=127.0.0.1:" + server.target().port();
        String line = "load --target %s --duration 2s --least-rate 1 --report %s".formatted(target, folder);
        List<String> arguments = List.of(line.split(" "));
        assertThat(Main.run(arguments)).isZero();
        assertThat(folder.resolve("report.md")).content().contains("| load |", "linearizable");
        server.fail();
        assertThat(Main.run(arguments)).isEqualTo(1);
        assertThat(Main.run(List.of("load", "--help"))).isZero();
        assertThat(Main.run(List.of())).isEqualTo(2);
        assertThat(Main.run(List.of("load", "--speed", "9"))).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--speed 9                           | unknown option \"--speed\"",
                "--duration 5m                       | --target is missing",
                "--target                            | --target: a value is missing",
                "--target a=b:1 --duration 5 minutes | --duration: expected a time such as 90s, 5m or 1h, got \"5\"",
                "--target a=b:1 --rate 0             | --rate: expected a number from 1 to 999999, got \"0\"",
                "--target a=b:1 --uploads raw        | --uploads: expected form, put or form,put, got \"raw\"",
                "--target a                          | expected NAME=ADDRESS:PORT[/HOST], got \"a\"",
            })
    void reportsInvalidOptions(String words, String problem) {
        assertThatThrownBy(() -> LoadOptions.parse(List.of(words.split(" ")))).hasMessageContaining(problem);
    }

    @Test
    void hasDefaults() {
        LoadOptions options = LoadOptions.parse(List.of("--target", "a=h:1", "--target", "b=h:2/x"));
        assertThat(options.ways()).containsExactlyInAnyOrder(UploadWay.FORM, UploadWay.PUT);
        assertThat(options.rate()).isEqualTo(138);
        assertThat(options.leastRate()).isEqualTo(98);
        assertThat(options.duration()).isEqualTo(Duration.ofMinutes(1));
        assertThat(options.pace()).isEqualTo(1);
    }

    private void awaitAnswers(int count) throws Exception {
        Await.until(
                "%d answers".formatted(count),
                LIMIT,
                () -> load.latest().answers().size() >= count);
    }
}
