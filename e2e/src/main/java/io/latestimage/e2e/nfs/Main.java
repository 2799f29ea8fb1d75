package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Starts the machines, runs the proof where they can be reached, and ends the machines, whatever happens.
 *
 * <p>{@code NFS_LAB} is the command that has them, {@code NFS_KEEP=1} leaves them running, {@code NFS_ONLY} is a
 * regular expression that finds the names of the scenarios to run.
 */
public final class Main {
    private static final int WRONG_USAGE = 2;
    private static final String INSIDE = "inside";

    private Main() {}

    /**
     * Runs it all; the exit status is 0 if all holds.
     *
     * @param args {@code short} or {@code long}, the WAR, the folder for the report, a name for what is tested
     */
    public static void main(String[] args) throws Exception {
        String command = System.getenv().getOrDefault("NFS_LAB", "");
        if (args.length < 4 || command.isBlank()) {
            System.err.println(
                    "usage: NFS_LAB='COMMAND' Main short|long WAR FOLDER COMMIT; docs/e2e-nfs.md says what NFS_LAB is");
            System.exit(WRONG_USAGE);
        }
        Lab lab = Lab.parse(command);
        Form form = Form.parse(args[0]);
        Path folder = Path.of(args[2]).toAbsolutePath();
        Kit kit = new Kit(folder.resolve("e2e-nfs-kit"));
        if (args.length > 4 && args[4].equals(INSIDE)) {
            Stage stage = new Stage(lab, kit, System.nanoTime());
            Pattern only = Pattern.compile(System.getenv().getOrDefault("NFS_ONLY", ""));
            System.exit(new NfsProof(stage, form, folder).run(only, args[3]) ? 0 : 1);
        }
        System.exit(outside(lab, kit, args));
    }

    /** The machines are reached by a network of their own, so the proof runs there. */
    private static int outside(Lab lab, Kit kit, String[] args) throws Exception {
        Path classes = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Kit.build(Path.of(args[1]), classes, kit.folder());
        AtomicReference<@Nullable Process> running = new AtomicReference<>();
        Thread down = Thread.ofPlatform().unstarted(() -> end(lab, running.get()));
        Runtime.getRuntime().addShutdownHook(down);
        lab.runAgain("up");
        for (String client : List.of("c1", "c2")) {
            kit.pushTo(new Machine(lab, client, ""));
        }
        List<String> proof = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                classes.toString(),
                Main.class.getName()));
        proof.addAll(List.of(args));
        proof.add(INSIDE);
        Process process = new ProcessBuilder(lab.host(proof)).inheritIO().start();
        running.set(process);
        return process.waitFor();
    }

    private static void end(Lab lab, @Nullable Process proof) {
        if (proof != null) {
            proof.descendants().forEach(ProcessHandle::destroyForcibly);
            proof.destroyForcibly();
        }
        if (!System.getenv().getOrDefault("NFS_KEEP", "").isEmpty()) {
            return;
        }
        try {
            lab.run("down");
        } catch (java.io.IOException e) {
            System.err.println("the machines are still there: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
