package io.latestimage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeBudgetsTest {
    private static final Path CHART_TESTS = Path.of("helm", "tests");
    private static final Pattern CHART_SUM = Pattern.compile(
            "define \"latest-image.neededGraceSeconds\".*?\\{\\{ add (?<terms>[^}]+) }}", Pattern.DOTALL);

    private static TimeBudgets budgets(String storageTimeout, String uploadTimeout, String drainTime) throws Exception {
        return ServerConfig.parse(Map.of(
                        "STORAGE_TIMEOUT", storageTimeout, "UPLOAD_TIMEOUT", uploadTimeout, "DRAIN_TIME", drainTime))
                .timeBudgets();
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    @ParameterizedTest
    @CsvSource({
        // setting, then: wait for a place, wait for the lock, longest upload, longest body
        "1s,   0.166,  0.5,    1.5,   16",
        "18s,  3,      9,     27,     33",
        "59s,  9.833, 29.5,   88.5,   74",
        "1m,  10,     30,     90,     75",
        "61s, 10,     30.5,   91.5,   76",
        "1h,  10,   1800,   5400,   3615",
    })
    void dividesTheTimeOfAnUpload(String setting, double placeWait, double lockWait, double longest, double body)
            throws Exception {
        TimeBudgets budgets = budgets("2s", setting, "10s");
        assertThat(Duration.ofMillis(budgets.placeWait().toMillis())).isEqualTo(seconds(placeWait));
        assertThat(budgets.lockWait()).isEqualTo(seconds(lockWait));
        assertThat(budgets.longestUpload()).isEqualTo(seconds(longest));
        assertThat(budgets.longestBody()).isEqualTo(seconds(body));
    }

    @ParameterizedTest
    @CsvSource({"100ms, 10", "2s, 10", "5s, 10", "6s, 12", "1m, 120"})
    void sweepsNoMoreOftenThanAFileIsCreatedAndLocked(String setting, double interval) throws Exception {
        assertThat(budgets(setting, "1m", "10s").sweepInterval()).isEqualTo(seconds(interval));
    }

    @ParameterizedTest
    @CsvSource({"10s, 1m, 30, 60, 70", "0s, 1m, 0, 60, 60", "1ms, 1s, 0.5, 1, 1.001", "1h, 1h, 1800, 3600, 7200"})
    void addsUpTheShutdown(String drain, String upload, double extension, double transfers, double longest)
            throws Exception {
        TimeBudgets budgets = budgets("2s", upload, drain);
        assertThat(budgets.drainExtension()).isEqualTo(seconds(extension));
        assertThat(budgets.transferTime()).isEqualTo(seconds(transfers));
        assertThat(budgets.longestShutdown()).isEqualTo(seconds(longest));
    }

    /** The settings of the chart's tests and of its values files, and the grace period that those tests expect. */
    @ParameterizedTest
    @CsvSource({
        "5, 10, 60, 10, 85, deployment_test.yaml",
        "1, 20, 300, 3000, 3321, deployment_test.yaml",
        "0, 10, 60, 10, 80, deployment_test.yaml",
        "10, 20, 60, 10, 100, everything_test.yaml",
        "4, 5, 30, 10, 49, everything_test.yaml",
    })
    void fitsIntoTheGracePeriodOfTheChart(
            int preStop, int drain, int upload, int stopMargin, int grace, String chartTest) throws Exception {
        Duration sum = budgets("2s", upload + "s", drain + "s")
                .longestShutdown()
                .plusSeconds(preStop)
                .plusSeconds(stopMargin);
        Map<String, Integer> values = Map.of(
                ".preStopSeconds", preStop,
                ".drainSeconds", drain,
                ".uploadTimeoutSeconds", upload,
                ".stopMarginSeconds", stopMargin);
        assertThat(chartTerms()).containsExactlyInAnyOrderElementsOf(values.keySet());
        int chartSum = chartTerms().mapToInt(values::get).sum();
        assertThat(sum).isEqualTo(Duration.ofSeconds(chartSum)).isEqualTo(Duration.ofSeconds(grace));
        assertThat(CHART_TESTS.resolve(chartTest))
                .content()
                .contains("spec.template.spec.terminationGracePeriodSeconds, value: " + grace + "}");
    }

    private static Stream<String> chartTerms() throws Exception {
        Matcher matcher = CHART_SUM.matcher(Files.readString(Path.of("helm", "templates", "_helpers.tpl")));
        assertThat(matcher.find()).as("the formula of the chart").isTrue();
        return Arrays.stream(matcher.group("terms").split(" "));
    }

    /** The extremes of all settings, and a step beyond where a budget changes its formula. */
    @Test
    void acceptsAllValidSettings() throws Exception {
        for (String storage : new String[] {"100ms", "5s", "5001ms", "1m"}) {
            for (String upload : new String[] {"1s", "1m", "60001ms", "1h"}) {
                for (String drain : new String[] {"0s", "1ms", "1h"}) {
                    assertThat(budgets(storage, upload, drain).placeWait())
                            .isPositive()
                            .isLessThan(Duration.ofSeconds(15));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // place, upload, body idle, sweep, extension, transfers
                "10 | 60 | 10 | 10 | 30 | 60 | bodyIdleTimeout is PT10S and must be longer than placeWait",
                "10 | 10 | 15 | 10 |  5 | 10 | uploadTimeout is PT10S and must be longer than placeWait",
                "10 | 60 | 15 | 10 | 60 | 60 | transferTime is PT1M and must be longer than drainExtension",
                "10 | 60 | 15 | 10 | 30 | 59 | transferTime is PT59S and must not be shorter than uploadTimeout",
                "10 | 60 | 15 |  3 | 30 | 60 | sweepInterval is PT3S and must not be shorter than the time to create",
            })
    void refusesBudgetsThatContradictEachOther(
            int placeWait, int upload, int bodyIdle, int sweep, int extension, int transfers, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TimeBudgets(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(upload),
                        Duration.ofSeconds(placeWait),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(bodyIdle),
                        Duration.ofSeconds(sweep),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(extension),
                        Duration.ofSeconds(transfers)))
                .withMessageStartingWith(message);
    }
}
