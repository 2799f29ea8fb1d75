package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    private Path folder;

    @Test
    void writesTheReportThePictureAndAllAnswers() throws Exception {
        report(250, 1, Optional.empty()).writeTo(folder.resolve("made"));
        assertThat(folder.resolve("made/report.md")).content().contains("| drain |");
        assertThat(folder.resolve("made/requests.svg")).content().startsWith("<svg");
        assertThat(folder.resolve("made/answers.tsv")).content().hasLineCount(252);
    }

    @Test
    void refusesAnUnknownExpectation() {
        assertThatThrownBy(() -> Expectation.parse("no-failures"))
                .hasMessageContaining("no-failure, no-failure-few-uploads, uploads-503");
    }

    @Test
    void holdsIfAllPhasesHoldAndThereWereEnoughRequests() {
        assertThat(report(250, 0, Optional.empty()).problems()).isEmpty();
        assertThat(report(250, 0, Optional.empty()).markdown()).contains("| drain | 2 | 251 | 126 | 1 | 0 | 0 |");
    }

    @Test
    void doesNotHoldIfOneRequestOfManyFailed() {
        Report report = report(250, 1, Optional.empty());
        assertThat(report.holds()).isFalse();
        assertThat(report.markdown())
                .contains("| 1 download reset |", "**drain: 1 requests failed**", "FRESH download reset through t");
    }

    @Test
    void doesNotHoldIfTheHistoryIsNotLinearizable() {
        assertThat(report(250, 0, Optional.of("a, b")).problems()).containsExactly("the whole: not linearizable: a, b");
    }

    @Test
    void doesNotHoldIfThereWereTooFewRequests() {
        assertThat(report(150, 0, Optional.empty()).problems())
                .containsExactly("the phases without a fault had 76 requests per second, not 100");
    }

    @Test
    void drawsAPicture() throws Exception {
        Report report = report(250, 1, Optional.empty());
        List<Timeline.Mark> marks = List.of(new Timeline.Mark("a < b & c", SECOND));
        String svg = new Picture(report.phases(), marks, report.results(), 0).svg();
        var root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(UTF_8)))
                .getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("svg");
        assertThat(svg).contains("a &lt; b &amp; c", "fill=\"#c8102e\" d=\"M");
    }

    private static Report report(int downloads, int failures, Optional<String> violation) {
        List<Answer> answers = new ArrayList<>();
        answers.add(answer(Operation.UPLOAD, Outcome.DONE, 1));
        for (int i = 0; i < downloads; i++) {
            answers.add(answer(Operation.DOWNLOAD, i < failures ? Outcome.RESET : Outcome.DONE, 10 + i));
        }
        List<Phase> phases = List.of(new Phase("drain", Expectation.NO_FAILURE, 0, 2 * SECOND));
        return new Report(phases, List.of(), Result.of(phases, answers), violation, 100, 0, 1);
    }

    private static Answer answer(Operation operation, Outcome outcome, long start) {
        int status = outcome == Outcome.RESET ? 0 : 200;
        return new Answer(operation, Style.FRESH, "t", start, start + 5, start + 5, "a", status, outcome, "");
    }
}
