package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.store.Fault.Moment;
import io.latestimage.store.FaultMatrix.Change;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The promise of {@link FaultMatrixTest} for deletions: afterwards the image is the complete old one, or there is none.
 * There is none if the deletion was acknowledged, and it is the old one if the deletion was rejected. No other file is
 * left, and the next upload succeeds.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DeletionFaultMatrixTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void keepsAWholeImageOrNoneWhereverTheProcessEnds(Scenario scenario) throws Exception {
        assertThat(matrix(new ManifestStore.Inline(), scenario).violations(FaultMatrixTest.ends()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void tellsTheTruthWhateverOperationFails(Scenario scenario) throws Exception {
        List<Fault> faults = new ArrayList<>();
        for (Errno errno : List.of(Errno.EIO, Errno.ESTALE, Errno.ENOSPC, Errno.EDQUOT)) {
            faults.addAll(FaultMatrixTest.failures(errno, false));
        }
        assertThat(matrix(new ManifestStore.Inline(), scenario).violations(faults))
                .isEmpty();
    }

    /** The outage lasts until the deletion has ended. */
    @ParameterizedTest
    @EnumSource(Scenario.class)
    void tellsTheTruthWhenAnOutageBegins(Scenario scenario) throws Exception {
        assertThat(matrix(new ManifestStore.Inline(), scenario).violations(FaultMatrixTest.failures(Errno.EIO, true)))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Scenario.class,
            names = {"THIRD", "OLD_LAYOUT"})
    void tellsTheTruthWhateverOperationHangs(Scenario scenario) throws Exception {
        assertThat(matrix(new ManifestStore.Shared(), scenario).violations(FaultMatrixTest.hangs()))
                .isEmpty();
    }

    /** In the excluded scenarios there is no image, so no record is written. */
    @ParameterizedTest
    @EnumSource(
            value = Scenario.class,
            mode = Mode.EXCLUDE,
            names = {"FIRST", "DELETED"})
    void keepsAWholeImageOrNoneHoweverMuchOfTheRecordIsWritten(Scenario scenario) throws Exception {
        int interval = scenario == Scenario.THIRD ? 1 : 37;
        FaultMatrix matrix = matrix(new ManifestStore.Inline(), scenario);
        assertThat(matrix.tornRecords(interval, new Fault.ProcessEnds(Moment.AFTER)))
                .isEmpty();
        assertThat(matrix.tornRecords(37, new Fault.Fails(Errno.ENOSPC, Moment.AFTER, false)))
                .as("the process continues")
                .isEmpty();
    }

    /** The manifest would name a file that does not exist. */
    @Test
    void negativeControlDeletingTheFileFirstLosesTheImage() throws Exception {
        assertThat(matrix(new OneRecordStore.InPlace(), Scenario.SECOND).violations(FaultMatrixTest.ends()))
                .isNotEmpty()
                .allSatisfy(violation -> assertThat(violation).contains("none that can be read"));
    }

    private FaultMatrix matrix(TestedStore.Kind kind, Scenario scenario) throws Exception {
        return new FaultMatrix(kind, scenario, Change.DELETE, folder);
    }
}
