package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Runs all scenarios, or those whose names are asked for, and writes the report. */
final class NfsProof {
    private final Stage stage;
    private final Form form;
    private final Path folder;

    NfsProof(Stage stage, Form form, Path folder) {
        this.stage = stage;
        this.form = form;
        this.folder = folder;
    }

    private List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        all.add(new SteadyLoad(form, Stage.DEFAULT_OPTIONS));
        if (form == Form.LONG) {
            all.add(new SteadyLoad(form, "hard,nfsvers=4.1,lookupcache=none"));
            all.add(new SteadyLoad(form, "hard,nfsvers=4.1,actimeo=60"));
            all.add(new SteadyLoad(form, "hard,nfsvers=4.2"));
        }
        all.add(new HeldOpenControl());
        if (form == Form.LONG) {
            all.add(new BlockingLockControl());
            all.add(new CutOff(form, CutOff.Last.READ));
        }
        all.add(new CutOff(form, CutOff.Last.PUBLISHED));
        all.add(new Kills(form));
        all.add(new RenameKillControl());
        all.add(new LateLockHolder(form));
        if (form == Form.LONG) {
            all.add(new ServerFaults());
        }
        all.add(new ServerPowerLoss(form));
        all.add(new ClientPowerLoss(form));
        return all;
    }

    /**
     * Runs them.
     *
     * @param only finds the names of those to run
     * @return whether all holds
     */
    boolean run(Pattern only, String commit) throws IOException, InterruptedException {
        Instant begun = Instant.now();
        Findings findings = new Findings();
        for (Scenario scenario : scenarios()) {
            if (!only.matcher(scenario.name()).find()) {
                continue;
            }
            findings.begin(scenario.name());
            try {
                if (!(scenario instanceof SteadyLoad)) { // which mounts as it wants
                    stage.ensureDefault();
                }
                scenario.run(stage, findings);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                findings.check("the scenario runs to its end", false, e.toString());
                e.printStackTrace();
            }
            if (!findings.hold(scenario.name())) {
                recover(scenario, findings);
            }
        }
        String report = new ProofReport(findings, form, commit, begun, Instant.now()).markdown();
        Files.writeString(folder.resolve("e2e-nfs-report.md"), report);
        System.out.println(report);
        return findings.hold();
    }

    private void recover(Scenario scenario, Findings findings) throws InterruptedException {
        String name = scenario.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        try {
            stage.saveLogs(folder.resolve("e2e-nfs-logs").resolve(name));
        } catch (IOException e) { // of a machine that is not there
            System.out.println("    the replicas' logs cannot be had: " + e);
        }
        try {
            stage.restore();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            findings.check("the machines are as before again", false, e.toString());
        }
    }
}
