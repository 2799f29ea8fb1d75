package io.latestimage.e2e.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The samples are output of an NFS server with Linux 6.12. */
class ServerStateTest {
    private static final String STATES = """
            - 0x00000002d83a086bfa09ddef01000000: { type: open, access: r-, deny: --, superblock: "fe:10:24", filename: "service/latest", owner: "open id:" }
            - 0x00000001d83a086bfc09ddef05000000: { type: deleg, access: w, superblock: "fe:10:26", filename: "service/image-3f68.png" }
            """;

    @Test
    void findsFilesByTheirState() {
        assertThat(ServerState.files(STATES, "open")).containsExactly("latest");
        assertThat(ServerState.files(STATES, "deleg")).containsExactly("image-3f68.png");
        assertThat(ServerState.files(STATES, "lock")).isEmpty();
        assertThat(ServerState.files(STATES.replace("service/", "/"), "open")).containsExactly("latest");
        assertThat(ServerState.files(STATES.replace("service/image-", "service/control-"), "deleg"))
                .isEmpty();
    }

    @Test
    void findsALockByItsInode() {
        Pattern pattern = Pattern.compile(ServerState.lockPattern("24"));
        assertThat(pattern.matcher("1: POSIX  ADVISORY  WRITE 170 fe:10:24 0 EOF")
                        .find())
                .isTrue();
        assertThat(pattern.matcher("1: POSIX  ADVISORY  WRITE 170 fe:10:124 0 EOF")
                        .find())
                .isFalse();
        assertThat(pattern.matcher("1: POSIX  ADVISORY  READ 170 fe:10:24 0 EOF")
                        .find())
                .isFalse();
        assertThat(pattern.matcher("1: DELEG  ACTIVE    READ 179 fe:10:24 0 EOF")
                        .find())
                .isFalse();
    }
}
