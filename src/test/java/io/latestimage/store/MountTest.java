package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountTest {
    private static final String MOUNTS = """
            1 0 0:2 / / rw - rootfs rootfs rw
            20 1 254:0 / / rw,relatime shared:6 - ext4 /dev/vda rw,discard
            21 20 0:40 / /data rw,relatime shared:7 master:2 - nfs4 server:/share rw,vers=4.1,hard,local_lock=none
            22 20 0:41 / /data2 ro - tmpfs none rw,size=4k
            23 20 0:42 / /with\\040space\\134and\\011more rw - xfs /dev/with\\040space rw
            24 21 0:43 / /data/below rw - cifs //server/share rw,cache=strict
            25 20 0:44 / /hidden/below rw - nfs old:/share rw
            26 20 0:45 / /hidden rw - btrfs /dev/vdb rw
            27 20 0:46 / /stacked rw - ext4 /dev/vdc rw
            28 27 0:47 / /stacked rw - fuse.thing thing rw
            29 20 0:48 / /nothing rw - tmpfs  rw
            not a mount at all
            30 20 0:49 / /short rw - tmpfs
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "/,ext4",
        "/other,ext4",
        "/data,nfs4",
        "/data/of/others,nfs4",
        "/data/below,cifs",
        "/data/below/images,cifs",
        "/database,ext4",
        "/data2/images,tmpfs",
        "/hidden/below,btrfs",
        "/stacked/images,fuse.thing",
        "/nothing,tmpfs",
        "/short,ext4",
    })
    void findsTheMountThatTheKernelWouldFind(String directory, String type) {
        assertThat(find(directory)).map(Mount::type).contains(type);
    }

    @Test
    void readsTypeSourcePointAndOptions() {
        assertThat(find("/data"))
                .contains(new Mount(
                        "nfs4",
                        "server:/share",
                        Path.of("/data"),
                        Set.of("rw", "relatime", "vers=4.1", "hard", "local_lock=none")));
        assertThat(find("/data2")).map(Mount::options).contains(Set.of("ro", "rw", "size=4k"));
    }

    @Test
    void decodesNames() {
        assertThat(find("/with space\\and\tmore/images")).map(Mount::source).contains("/dev/with space");
    }

    @Test
    void findsNothingIfNothingIsKnown() {
        assertThat(MountTable.parse("").find(Path.of("/data"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ext4,true",
        "xfs,true",
        "tmpfs,true",
        "overlay,true",
        "apfs,true",
        "nfs4,false",
        "nfs,false",
        "cifs,false",
        "fuse.sshfs,false",
        "virtiofs,false",
        "9p,false",
        "EXT4,false"
    })
    void treatsUnknownTypesAsRemote(String type, boolean local) {
        assertThat(new Mount(type, "source", Path.of("/data"), Set.of()).isLocal())
                .isEqualTo(local);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void followsLinksOfThisSystem() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/proc/self"));
        assertThat(Mount.of(link)).map(Mount::type).contains("proc");
        assertThat(Mount.of(link.resolve("fd"))).map(Mount::type).contains("proc");
        assertThat(Mount.isLocal(link)).isFalse();
    }

    @Test
    void findsTheMountOfAFolderThatDoesNotExist() {
        assertThat(Mount.of(folder.resolve("not/yet"))).isPresent().isEqualTo(Mount.of(folder));
    }

    private static Optional<Mount> find(String directory) {
        return MountTable.parse(MOUNTS).find(Path.of(directory));
    }
}
