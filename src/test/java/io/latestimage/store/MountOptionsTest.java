package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountOptionsTest {
    @TempDir
    private Path folder;

    /** Each option alone, and what to do instead. */
    @ParameterizedTest
    @CsvSource({
        "nfs4,soft,with hard.",
        "nfs4,softerr,with hard.",
        "nfs4,softreval,with nosoftreval.",
        "nfs4,nolock,with nfsvers=4.1",
        "nfs,local_lock=all,with local_lock=none.",
        "nfs,local_lock=posix,with local_lock=none.",
        "nfs4,nocto,with cto.",
        "nfs,vers=3,with nfsvers=4.1.",
        "nfs,vers=2,with nfsvers=4.1.",
        "nfs4,ro,with rw.",
        "ext4,ro,with rw.",
        "cifs,nobrl,without nobrl",
        "cifs,cache=loose,with cache=strict.",
        "cifs,cache=ro,with cache=strict.",
        "smb3,cache=singleclient,with cache=strict.",
        "cifs,nostrictsync,with strictsync.",
        "cifs,soft,with hard.",
    })
    void saysWhatToChange(String type, String option, String change) {
        assertThat(warnings(type, "relatime", option))
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .startsWith("The volume server:/share, mounted at /data as " + type
                                + ", is not suitable: it has the option " + option + ", so ")
                        .contains(change)
                        .endsWith("."));
    }

    @Test
    void reportsEveryProblem() {
        assertThat(warnings("nfs", "rw", "vers=3", "soft", "nolock", "local_lock=all"))
                .hasSize(4);
    }

    @Test
    void findsNothingWrongWithWhatIsRecommended() {
        assertThat(warnings("nfs4", "rw", "relatime", "vers=4.1", "hard", "local_lock=none", "lookupcache=none"))
                .isEmpty();
        assertThat(warnings("nfs4", "rw", "vers=4.2", "hard", "local_lock=none", "noac", "actimeo=60"))
                .isEmpty();
        assertThat(warnings("nfs", "rw", "vers=4.0", "hard", "local_lock=flock"))
                .isEmpty();
        assertThat(warnings("cifs", "rw", "vers=3.1.1", "cache=strict", "hard")).isEmpty();
        assertThat(warnings("ext4", "rw", "soft", "nolock", "nobrl")).isEmpty();
        assertThat(MountOptions.warnings(folder)).isEmpty();
    }

    @Test
    void knowsTheSwitchOfTheModule() {
        assertThat(MountOptions.warnings(mount("nfs4", "rw", "hard"), true))
                .singleElement()
                .satisfies(warning -> assertThat(warning).contains("recover_lost_locks=Y", "recover_lost_locks=0"));
        assertThat(MountOptions.warnings(mount("ext4", "rw"), true)).isEmpty();
    }

    private static List<String> warnings(String type, String... options) {
        return MountOptions.warnings(mount(type, options), false);
    }

    private static Mount mount(String type, String... options) {
        return new Mount(type, "server:/share", Path.of("/data"), Set.of(options));
    }
}
