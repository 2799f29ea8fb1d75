package io.latestimage.volumecheck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeCheckTest {
    private static final Deadline LONG = new Deadline(Duration.ofSeconds(60));
    private static final Deadline SHORT = new Deadline(Duration.ofMillis(200));

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void findsNothingWrongWithAFolderOfThisMachine() {
        assertThat(check(folder, PartnerMain.Volume.SOUND)).isTrue();
        assertThat(lines())
                .hasSize(10)
                .filteredOn(line -> line.startsWith("ok  "))
                .hasSize(9);
        assertThat(lines()).last().isEqualTo(folder + " is suitable.");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesTheFilesOfAServiceAlone() throws IOException {
        List<Path> files = Stream.of("latest", "image", "image-1.png", ".check-volume-of-another")
                .map(folder::resolve)
                .toList();
        for (Path file : files) {
            Files.writeString(file, file.toString());
        }
        List<Object> before = states(files);
        assertThat(check(folder, PartnerMain.Volume.SOUND)).isTrue();
        assertThat(folder.toFile().list()).hasSize(4);
        assertThat(states(files)).isEqualTo(before);
    }

    @Test
    void deletesTheFoldersThatItCreated() {
        assertThat(check(folder.resolve("not/yet"), PartnerMain.Volume.SOUND)).isTrue();
        assertThat(lines()).first().asString().contains("can be created");
        assertThat(folder).isEmptyDirectory();
    }

    /** Each row is the negative control of a check. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "STALE | A second process read \"second\", where this one had written \"mine 0\".",
                "LOSES_WRITES | This process read \"mine 0\", where a second one had written \"theirs 0\".",
                "WITHOUT_LOCKS | Locks do not keep other processes out",
                "ENDS | The second process has ended too early.",
            })
    void saysWhatIsWrong(PartnerMain.Volume volume, String problem) {
        assertThat(check(folder, volume)).isFalse();
        assertThat(problems()).singleElement().asString().contains(problem);
        assertThat(lines()).last().isEqualTo(folder + " is not suitable. The lines above say what to change.");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void findsALockThatOutlivesItsProcess() {
        VolumeCheck check = new VolumeCheck(
                folder,
                PartnerMain.command(PartnerMain.Volume.KEEPS_LOCKS),
                LONG,
                Duration.ofMillis(200),
                new PrintStream(printed, true, UTF_8));
        assertThat(check.run()).isFalse();
        assertThat(problems()).singleElement().asString().contains("that was killed is not free 200 ms later");
        assertThat(folder).isEmptyDirectory();
    }

    /** Negative control: no process can handle SIGKILL, so the file is left. */
    @ParameterizedTest
    @CsvSource({"false, 0", "true, 1"})
    void deletesItsFileWhenItIsTerminated(boolean killed, int left) throws Exception {
        List<String> command = PartnerMain.command("CHECK");
        command.add(folder.toString());
        Process check = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = check.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.contains("can be forced")) {
                line = lines.readLine();
            }
            assertThat(line).isNotNull();
            assertThat(folder.toFile().list()).hasSize(1);
            if (killed) {
                check.toHandle().destroyForcibly();
            } else {
                check.toHandle().destroy();
            }
            check.waitFor();
            assertThat(folder.toFile().list()).hasSize(left);
        } finally {
            check.destroyForcibly();
        }
    }

    @Test
    void saysThatAnOperationHangs() {
        Report report = new Report(SHORT, new PrintStream(printed, true, UTF_8));
        assertThat(report.check("Reading", () -> {
                    new CountDownLatch(1).await();
                    return "";
                }))
                .isFalse();
        assertThat(report.check("Writing", () -> "written")).isFalse();
        assertThat(lines())
                .containsExactly(
                        "problem  Reading: The volume hangs: there was no answer within 200 ms. Check that its server and the network to it are up.");
    }

    @Test
    void requiresAFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        assertThat(check(file, PartnerMain.Volume.SOUND)).isFalse();
        assertThat(problems()).singleElement().asString().contains("There is a file where a folder is expected");
        assertThat(file).hasContent("kept");
    }

    private boolean check(Path directory, PartnerMain.Volume volume) {
        return new VolumeCheck(
                        directory,
                        PartnerMain.command(volume),
                        LONG,
                        Duration.ofSeconds(30),
                        new PrintStream(printed, true, UTF_8))
                .run();
    }

    private List<String> lines() {
        return printed.toString(UTF_8).lines().toList();
    }

    private List<String> problems() {
        return lines().stream().filter(line -> line.startsWith("problem  ")).toList();
    }

    private static List<Object> states(List<Path> files) throws IOException {
        List<Object> states = new ArrayList<>();
        for (Path file : files) {
            states.add(Files.readString(file));
            states.add(Files.readAttributes(file, "unix:ino,ctime"));
        }
        return states;
    }
}
