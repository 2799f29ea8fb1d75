package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.store.Fault.Moment;
import io.latestimage.store.FaultMatrix.Change;
import io.latestimage.store.OperationClock.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promise of the store, for every step of a publication and every fault: afterwards the image is the complete old
 * one or the complete new one. It is the new one if that was acknowledged, and the old one if the new one was rejected.
 * No other file is left.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FaultMatrixTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void keepsAWholeImageWhereverTheProcessEnds(Scenario scenario) throws Exception {
        assertThat(matrix(new ManifestStore.Inline(), scenario).violations(ends()))
                .isEmpty();
    }

    static List<Fault> ends() {
        return Stream.of(Moment.values()).<Fault>map(Fault.ProcessEnds::new).toList();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void tellsTheTruthWhateverOperationFails(Scenario scenario) throws Exception {
        List<Fault> faults = new ArrayList<>(failures(Errno.EIO, false));
        if (scenario == Scenario.FIRST || scenario == Scenario.THIRD) {
            faults.addAll(failures(Errno.ESTALE, false));
            faults.addAll(failures(Errno.ENOSPC, false));
            faults.addAll(failures(Errno.EDQUOT, false));
        }
        assertThat(matrix(new ManifestStore.Inline(), scenario).violations(faults))
                .isEmpty();
    }

    /** The outage lasts until the upload has ended. */
    @ParameterizedTest
    @EnumSource(Scenario.class)
    void tellsTheTruthWhenAnOutageBegins(Scenario scenario) throws Exception {
        assertThat(matrix(new ManifestStore.Inline(), scenario).violations(failures(Errno.EIO, true)))
                .isEmpty();
    }

    static List<Fault> failures(Errno errno, boolean lasting) {
        return Stream.of(Moment.values())
                .<Fault>map(moment -> new Fault.Fails(errno, moment, lasting))
                .toList();
    }

    /** The caller gets a result although the operation hangs, and the result is still true after the hang has ended. */
    @ParameterizedTest
    @EnumSource(
            value = Scenario.class,
            names = {"FIRST", "THIRD", "OLD_LAYOUT"})
    void tellsTheTruthWhateverOperationHangs(Scenario scenario) throws Exception {
        assertThat(matrix(new ManifestStore.Shared(), scenario).violations(hangs()))
                .isEmpty();
    }

    static List<Fault> hangs() {
        return Stream.of(Moment.values()).<Fault>map(Fault.Hangs::new).toList();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void keepsAWholeImageHoweverMuchOfARecordIsWritten(Scenario scenario) throws Exception {
        int interval = scenario == Scenario.THIRD
                ? 1
                : 37; // ManifestTest tests every number of bytes, over all earlier contents
        Fault end = new Fault.ProcessEnds(Moment.AFTER);
        assertThat(matrix(new ManifestStore.Inline(), scenario).tornRecords(interval, end))
                .isEmpty();
    }

    /** The process continues. It may write the rest, or find out what was written. */
    @ParameterizedTest
    @EnumSource(Scenario.class)
    void tellsTheTruthHoweverMuchOfARecordIsWrittenBeforeTheVolumeIsFull(Scenario scenario) throws Exception {
        Fault full = new Fault.Fails(Errno.ENOSPC, Moment.AFTER, false);
        assertThat(matrix(new ManifestStore.Inline(), scenario).tornRecords(37, full))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void keepsAWholeImageHoweverMuchOfAFileIsWritten(Scenario scenario) throws Exception {
        FaultMatrix matrix = matrix(new ManifestStore.Inline(), scenario);
        List<Step> writes = matrix.steps().stream()
                .filter(step -> step.operation() == Operation.WRITE && !step.writesTo(Volume.MANIFEST))
                .toList();
        assertThat(writes).hasSize(2);
        for (int bytes : new int[] {0, 1, 499}) {
            for (Step write : writes) {
                for (Fault then :
                        List.of(ends().getLast(), failures(Errno.EDQUOT, false).getLast())) {
                    assertThat(matrix.run(write, new Fault.Torn(bytes, then))).isEmpty();
                }
            }
            assertThat(matrix.run(writes.getLast(), new Fault.Torn(bytes, new Fault.Silent())))
                    .as("too short, although no error occurred")
                    .isEmpty();
        }
    }

    @Test
    void negativeControlRenamingOnNfsLosesTheImage() throws Exception {
        assertThat(matrix(new RenameStore.OnNfs(), Scenario.SECOND).violations(ends()))
                .isNotEmpty()
                .allSatisfy(violation -> assertThat(violation).contains("found no image"));
    }

    @Test
    void negativeControlAnAbandonedUploadThatContinuesIsDetected() throws Exception {
        assertThat(matrix(new RenameStore.OnNfs(), Scenario.SECOND).violations(hangs()))
                .isNotEmpty()
                .allSatisfy(violation -> assertThat(violation).contains("answered REFUSED and found the new image"));
    }

    @Test
    void negativeControlOverwritingTheOnlyRecordLosesTheImage() throws Exception {
        Fault end = new Fault.ProcessEnds(Moment.AFTER);
        assertThat(matrix(new OneRecordStore.InPlace(), Scenario.SECOND).tornRecords(37, end))
                .isNotEmpty()
                .allSatisfy(violation -> assertThat(violation).contains("no image"));
    }

    private FaultMatrix matrix(TestedStore.Kind kind, Scenario scenario) throws Exception {
        return new FaultMatrix(kind, scenario, Change.REPLACE, folder);
    }
}
