package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Command.Completed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code java -jar latest-image.war --check-volume} on real volumes with one defect each. */
@Tag("system")
class VolumeCheckSystemTest {
    @TempDir
    private Path folder;

    @Test
    void runsFromTheWarWithoutAWarning() throws Exception {
        Completed checked = check(folder);
        assertThat(checked.all().lines())
                .hasSize(10)
                .filteredOn(line -> line.startsWith("ok  "))
                .hasSize(9);
        assertThat(checked.status()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysThatAVolumeIsReadOnly() throws Exception {
        try (TestMount mount = TestMount.tmpfs(folder.resolve("data"), "4m")) {
            mount.remount("ro");
            assertProblem(check(folder.resolve("data")), "it has the option ro", "The volume is read-only (");
        }
    }

    @Test
    void saysThatAVolumeIsFull() throws Exception {
        Path data = folder.resolve("data");
        try (TestMount _ = TestMount.tmpfs(data, "64k")) {
            Files.write(data.resolve("filler"), new byte[64 * 1024]);
            assertProblem(check(data), "Writing a file: The volume has no space left");
            assertThat(data.toFile().list()).containsExactly("filler");
        }
    }

    @Test
    void saysWhichUserLacksPermission() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path data = Files.createDirectory(
                folder.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Path war = Files.copy(Program.war(), folder.resolve("latest-image.war"));
        Files.setPosixFilePermissions(war, PosixFilePermissions.fromString("rw-r--r--"));
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=65532", "--regid=65532", "--clear-groups"));
        command.addAll(command(war, data));
        assertProblem(run(command), "Writing a file: User 65532 lacks the right to do that (EACCES");
    }

    @Test
    void saysThatAVolumeHangs() throws Exception {
        Path data = folder.resolve("data");
        try (TestMount mount = TestMount.bindfs(folder.resolve("served"), data)) {
            mount.stop();
            assertProblem(check(data), "The volume hangs: there was no answer within 10 s.");
        }
    }

    @Test
    void saysThatAVolumeIsDisconnected() throws Exception {
        Path data = folder.resolve("data");
        try (TestMount mount = TestMount.bindfs(folder.resolve("served"), data)) {
            mount.kill();
            assertProblem(check(data), "The volume that was mounted there has gone (ENOTCONN");
        }
    }

    private static void assertProblem(Completed checked, String... problems) {
        assertThat(checked.all())
                .contains(problems)
                .contains("is not suitable.")
                .doesNotContain("WARNING");
        assertThat(checked.all().lines().filter(line -> line.startsWith("problem  ")))
                .hasSize(problems.length);
        assertThat(checked.status()).isEqualTo(1);
    }

    private static Completed check(Path directory) throws IOException, InterruptedException {
        return run(command(Program.war(), directory));
    }

    private static Completed run(List<String> command) throws IOException, InterruptedException {
        return Command.of(command).within(Duration.ofMinutes(2)).attempt();
    }

    private static List<String> command(Path war, Path directory) {
        return List.of(Program.JAVA, "-jar", war.toString(), "--check-volume", directory.toString());
    }
}
