package io.latestimage.e2e.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabEnvironmentTest {
    /**
     * A lab whose machines answer the commands of {@link LabEnvironment}: {@code $2} is the machine, {@code $3} the
     * command.
     */
    private static final String LAB = """
            case "$2: $3" in
              server:*uname*) echo 'Linux 6.12, 1 x emulated, 900 MiB of memory' ;;
              c1:*uname*) exit 1 ;;
              *leasetime*) echo 15 ;;
              *mounts*) echo 'nfs4 rw,hard' ;;
            esac
            """;

    @Test
    void namesWhatTheMachinesAnswerAndWhichOneCannotBeAsked() throws Exception {
        Lab lab = new Lab(List.of("/bin/sh", "-c", LAB, "lab"));
        String text = LabEnvironment.find(
                        new Machine(lab, "server", "192.0.2.10"), new Machine(lab, "c1", "192.0.2.21"), "all emulated")
                .markdown();
        assertThat(text)
                .contains("- NFS server: Linux 6.12, 1 x emulated, 900 MiB of memory\n")
                .contains("- its lease: 15 s\n")
                .contains("- clients, each: unknown, because the command failed\n")
                .contains("- their mount: nfs4 rw,hard\n")
                .endsWith("- stated by the user: all emulated\n");
    }
}
