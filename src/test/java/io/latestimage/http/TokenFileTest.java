package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {
    private final AtomicLong now = new AtomicLong();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void setFile() {
        file = folder.resolve("token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one\ntwo", "one\ntwo\n", "one\r\ntwo\r\n", "\n\n  one \t\n\n two\n \n"})
    void hasOneTokenPerLine(String content) throws Exception {
        TokenFile tokens = write(content);
        assertThat(tokens.contains(bytes("one"))).isTrue();
        assertThat(tokens.contains(bytes("two"))).isTrue();
        for (String other : new String[] {"", "on", "one ", "one\ntwo", "onetwo", "One", "three"}) {
            assertThat(tokens.contains(bytes(other))).as(other).isFalse();
        }
    }

    @Test
    void readsTokensOfAnyLetters() throws Exception {
        assertThat(write("schlüssel\n").contains(bytes("schlüssel"))).isTrue();
    }

    /** Also if nothing but the content has changed. */
    @Test
    void readsTheFileAgainAfterTheInterval() throws Exception {
        TokenFile tokens = write("old");
        FileTime modified = Files.getLastModifiedTime(file);
        Files.writeString(file, "new");
        Files.setLastModifiedTime(file, modified);
        now.addAndGet(TokenFile.INTERVAL.toNanos() - 1);
        assertThat(tokens.contains(bytes("old"))).as("not yet").isTrue();
        now.addAndGet(1);
        assertThat(tokens.contains(bytes("old"))).isFalse();
        assertThat(tokens.contains(bytes("new"))).isTrue();
    }

    /** As kubelet updates a mounted Secret: the file is a link into the folder to which another link leads. */
    @Test
    void followsALinkThatIsReplaced() throws Exception {
        Path data = folder.resolve("..data");
        Files.writeString(Files.createDirectory(folder.resolve("..1")).resolve("token"), "old");
        Files.createSymbolicLink(data, Path.of("..1"));
        Files.createSymbolicLink(file, Path.of("..data", "token"));
        TokenFile tokens = new TokenFile(file, now::get);
        assertThat(tokens.contains(bytes("old"))).isTrue();

        Files.writeString(Files.createDirectory(folder.resolve("..2")).resolve("token"), "new");
        Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
        Files.move(next, data, ATOMIC_MOVE);
        passInterval();
        assertThat(tokens.contains(bytes("old"))).isFalse();
        assertThat(tokens.contains(bytes("new"))).isTrue();
    }

    /** The tokens that the file had before are worth nothing then. */
    @ParameterizedTest
    @ValueSource(strings = {"missing", "a folder", "empty", "blank", "too large"})
    void admitsNobodyIfItCannotBeUsed(String state) throws Exception {
        TokenFile tokens = write("old");
        Files.delete(file);
        switch (state) {
            case "missing" -> {}
            case "a folder" -> Files.createDirectory(file);
            case "empty" -> Files.writeString(file, "");
            case "blank" -> Files.writeString(file, " \r\n\t\n");
            default -> Files.writeString(file, "old\n" + "x".repeat(TokenFile.MAX_SIZE));
        }
        passInterval();
        assertUnavailable(tokens);
        assertUnavailable(new TokenFile(file, now::get));

        Files.deleteIfExists(file);
        Files.writeString(file, "old\n" + "x".repeat(TokenFile.MAX_SIZE - 4));
        assertUnavailable(tokens);
        passInterval();
        assertThat(tokens.contains(bytes("old"))).as("repaired").isTrue();
    }

    private static void assertUnavailable(TokenFile tokens) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(tokens::requireUsable)
                .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.TOKENS_UNAVAILABLE));
        for (String token : new String[] {"", "old"}) {
            assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> tokens.contains(bytes(token)));
        }
    }

    private TokenFile write(String content) throws IOException {
        Files.writeString(file, content);
        return new TokenFile(file, now::get);
    }

    private void passInterval() {
        now.addAndGet(TokenFile.INTERVAL.toNanos());
    }

    private static byte[] bytes(String token) {
        return token.getBytes(UTF_8);
    }
}
