package io.latestimage.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {
    @TempDir
    private Path folder;

    @Test
    void returnsTheOutputOfTheProgram() throws Exception {
        assertThat(shell("echo one; echo two >&2").run()).isEqualTo("one");
        assertThat(shell("echo one; echo two >&2").attempt())
                .isEqualTo(new Command.Completed(0, "one\n", "two\n"))
                .satisfies(completed -> assertThat(completed.all()).isEqualTo("one\ntwo\n"));
    }

    @Test
    void passesTheFolderTheEnvironmentAndTheInput() throws Exception {
        assertThat(shell("pwd").in(folder).run()).isEqualTo(folder.toRealPath().toString());
        assertThat(shell("echo \"$COLOUR\"").with("COLOUR", "a b").run()).isEqualTo("a b");
        assertThat(shell("echo \"${HOME-none}\"").with("HOME", "").run()).isEqualTo("none");
        assertThat(Command.of("cat").reading("text").run()).isEqualTo("text");
    }

    @Test
    void reportsTheCommandItsExitStatusAndItsErrors() {
        assertThatThrownBy(() -> shell("echo because >&2; exit 3").run())
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("because >&2; exit 3'")
                .hasMessageContaining("exit status 3")
                .hasMessageEndingWith("\nbecause");
    }

    @Test
    void returnsAFailedAttemptWithoutAnException() throws Exception {
        assertThat(shell("exit 3").attempt().succeeded()).isFalse();
    }

    @Test
    void terminatesAProgramThatTakesTooLongAndItsChildren() throws Exception {
        String child = "trap 'touch ended; exit' TERM; touch begun; while :; do sleep 0.05; done";
        Command endless = shell("( %s ) & echo waiting; wait".formatted(child)).in(folder);
        assertThatThrownBy(() -> endless.within(Duration.ofSeconds(1)).run())
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("not within 1 s")
                .hasMessageContaining("\nwaiting");
        assertThat(folder.resolve("begun")).exists();
        Await.until("the child has ended too", Duration.ofMinutes(1), () -> Files.exists(folder.resolve("ended")));
    }

    @Test
    void logsTheCommandTheOutputAndTheExitStatus() throws Exception {
        Path log = folder.resolve("commands.log");
        shell("echo one").loggedTo(log).run();
        shell("exit 4").loggedTo(log).attempt();
        assertThat(log).content().contains("'echo one'\none\n[exit status 0]", "'exit 4'\n[exit status 4]");
    }

    @Test
    void hidesThePasswordInTheCommandLine() {
        assertThat(Command.of("kubectl", "--docker-password=secret", "--x=y").line())
                .isEqualTo("kubectl '--docker-password=…' --x=y");
    }

    @Test
    void parsesTheCommandOfAUser() throws Exception {
        assertThat(Command.parse(" echo  storage ").and("error", "EIO").run()).isEqualTo("storage error EIO");
    }

    @Test
    void passesOnNoFlagsOfAnOuterMake() {
        Command make = new Make(folder).target("deploy", java.util.Map.of("BRANCH", "feature/a"));
        assertThat(make.words()).containsExactly("make", "--no-print-directory", "deploy", "BRANCH=feature/a");
        assertThat(make.environment()).containsEntry("MAKEFLAGS", "");
    }

    private static Command shell(String script) {
        return Command.of("/bin/sh", "-c", script);
    }
}
