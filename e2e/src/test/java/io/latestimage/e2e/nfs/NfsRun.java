package io.latestimage.e2e.nfs;

import io.latestimage.e2e.cluster.Environment;
import io.latestimage.e2e.proof.ProjectFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run of the proof: the machines, which are set up before the first case, and the findings of all cases. */
final class NfsRun {
    private final Findings findings = new Findings();
    private final Map<String, List<String>> leftOut = new LinkedHashMap<>();
    private @Nullable NfsSettings settings;
    private @Nullable Stage stage;
    private @Nullable NfsReport report;
    private @Nullable String brokenOff;

    Findings findings() {
        return findings;
    }

    boolean isSetUp() {
        return stage != null;
    }

    /** Adds a case that did not run to the report, with the reason. */
    void leaveOut(String name, String reason) {
        leftOut.computeIfAbsent(reason, key -> new ArrayList<>()).add(name);
    }

    /**
     * The machines, with all that they need to run the service. The first call sets them up.
     *
     * @throws Exception if the machines cannot be set up; later calls then fail without another attempt
     */
    Stage stage() throws Exception {
        if (brokenOff != null) {
            throw new IllegalStateException(
                    "not run, because the machines could not be set up (%s)".formatted(brokenOff));
        }
        if (stage == null) {
            try {
                stage = setUp();
            } catch (Exception e) {
                brokenOff = e.toString();
                throw e;
            }
        }
        return stage;
    }

    private Stage setUp() throws Exception {
        Instant begun = Instant.now();
        Path project = ProjectFolder.get();
        NfsSettings read = NfsSettings.parse(System.getenv(), project);
        Kit kit = Kit.build(read.war(), Kit.classes(), read.result().resolve("e2e-nfs-kit"));
        Stage made = new Stage(read.lab(), kit, read.form(), System.nanoTime());
        made.say("setting up the machines");
        made.pushToClients();
        Environment environment = LabEnvironment.find(made.server(), made.first(), read.environment());
        report = new NfsReport(read.form(), read.commit(), environment, begun);
        settings = read;
        return made;
    }

    /**
     * Saves the logs of the replicas after a failed case, and restores the machines to the state in which the next case
     * begins.
     *
     * @param name of the case
     */
    void recover(String name) throws InterruptedException {
        if (stage == null || settings == null) {
            return;
        }
        try {
            stage.saveLogs(settings.result().resolve("e2e-nfs-logs").resolve(name));
        } catch (IOException e) { // such as of a machine that is off
            stage.say("the logs of the replicas cannot be read: " + e);
        }
        try {
            stage.restore();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            findings.check("the machines are restored after the failed case", false, e.toString());
        }
    }

    /** Writes and prints the report. Returns the checks that do not hold; empty if all hold. */
    List<String> writeReport() throws IOException {
        if (report == null || settings == null) {
            throw new IllegalStateException("the machines are not set up");
        }
        String text = report.markdown(findings, leftOut, Instant.now());
        Files.writeString(settings.result().resolve("e2e-nfs-report.md"), text);
        System.out.println(text);
        return findings.hold() || !findings.problems().isEmpty()
                ? findings.problems()
                : List.of("nothing has been checked");
    }
}
