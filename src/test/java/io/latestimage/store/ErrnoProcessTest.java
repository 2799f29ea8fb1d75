package io.latestimage.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What depends on how Java was started: the language of the error texts, and whether it may call native code. */
@EnabledOnOs(OS.LINUX)
class ErrnoProcessTest {
    private static final String ALLOWED = "--enable-native-access=ALL-UNNAMED";
    private static final String DENIED = "--illegal-native-access=deny";

    @TempDir
    private Path folder;

    @Test
    void recognizesTooManyOpenFiles() throws Exception {
        assertThat(run(Map.of("LC_ALL", "C"), "ulimit -n 100; ", ALLOWED, "files"))
                .containsExactly("ENOSPC: No space left on device", "EMFILE: /dev/null: Too many open files");
    }

    @Test
    void worksInOtherLanguages() throws Exception {
        Map<String, String> german = german();
        List<String> allowed = run(german, "", ALLOWED);
        assumeThat(allowed.getFirst()).as("glibc has texts in German").doesNotContain("No space");
        assertThat(allowed).singleElement().asString().startsWith("ENOSPC: ");
        assertThat(run(german, "", DENIED))
                .as("negative control: the English text does not match")
                .anyMatch(line -> line.startsWith("unknown: "));
    }

    @Test
    void assumesEnglishTextsIfNativeCodeIsDenied() throws Exception {
        assertThat(run(Map.of("LC_ALL", "C"), "", DENIED))
                .anyMatch(line -> line.contains("strerror cannot be called"))
                .contains("ENOSPC: No space left on device");
    }

    /** If the system does not have the locale, the test compiles it from its sources. */
    private Map<String, String> german() throws Exception {
        assumeThat(Path.of("/usr/bin/localedef")).isExecutable();
        assumeThat(Path.of("/usr/share/i18n/locales/de_DE")).exists();
        Process made = new ProcessBuilder(
                        "localedef",
                        "-i",
                        "de_DE",
                        "-f",
                        "UTF-8",
                        folder.resolve("de_DE.UTF-8").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeThat(made.waitFor()).isZero();
        return Map.of("LC_ALL", "de_DE.UTF-8", "LOCPATH", folder.toString());
    }

    private static List<String> run(Map<String, String> environment, String before, String option, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", before + "exec \"$@\"", "bash"));
        command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        command.addAll(List.of(option, "-cp", System.getProperty("java.class.path", ""), ErrnoMain.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            return new String(process.getInputStream().readAllBytes(), UTF_8)
                    .lines()
                    .toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
