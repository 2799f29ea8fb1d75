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

/** What lasts for the whole run of the proof: the machines, set up before the first case, and what was found. */
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

    /** Notes a case that does not run, for the report. */
    void leaveOut(String name, String reason) {
        leftOut.computeIfAbsent(reason, key -> new ArrayList<>()).add(name);
    }

    /**
     * The machines, with what they need to run the service; set up by the first call.
     *
     * @throws Exception if the machines cannot be set up, which is not tried again
     */
    Stage stage() throws Exception {
        if (brokenOff != null) {
            throw new IllegalStateException("not run: the set-up broke off (%s)".formatted(brokenOff));
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
     * After a case in which something does not hold: keeps the logs of the replicas, and brings the machines back to
     * the state in which the next case begins.
     *
     * @param name of the case
     */
    void recover(String name) throws InterruptedException {
        if (stage == null || settings == null) {
            return;
        }
        try {
            stage.saveLogs(settings.result().resolve("e2e-nfs-logs").resolve(name));
        } catch (IOException e) { // of a machine that is not there
            stage.say("the logs of the replicas cannot be read: " + e);
        }
        try {
            stage.restore();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            findings.check("the machines are as before again", false, e.toString());
        }
    }

    /** Writes and prints the report, and returns what does not hold. */
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
