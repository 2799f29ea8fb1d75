package io.latestimage.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Warns of mount options that break a promise of the service.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/nfs.5.html">nfs(5)</a>
 * @see <a href="https://man7.org/linux/man-pages/man8/mount.cifs.8.html">mount.cifs(8)</a>
 */
public final class MountOptions {
    private static final Path RECOVER_LOST_LOCKS = Path.of("/sys/module/nfs/parameters/recover_lost_locks");
    private static final String LOCAL_LOCKS =
            "locks do not reach other nodes, and uploads of two replicas may overwrite each other";
    private static final String LATE_OPERATIONS =
            "an operation that timed out may still happen later, and the outcome of an upload is unknown";
    private static final String OLD_DATA = "reads may return data that has been replaced";

    private MountOptions() {}

    /**
     * The problems of the mount of a folder: for each a sentence that says what to change. This may block while the
     * volume hangs.
     *
     * @return empty if there are none, or if the system does not know the mount
     */
    public static List<String> warnings(Path directory) {
        return Mount.of(directory)
                .map(mount -> warnings(mount, Mount.isOn(RECOVER_LOST_LOCKS)))
                .orElse(List.of());
    }

    /**
     * The problems of one mount.
     *
     * @param recoverLostLocks whether the NFS client reclaims locks that it has lost
     */
    static List<String> warnings(Mount mount, boolean recoverLostLocks) {
        Warnings warnings = new Warnings(mount);
        warnings.option("ro", "nothing can be written to it", "mount it with rw");
        switch (mount.type()) {
            case "nfs", "nfs4" -> {
                nfs(warnings);
                if (recoverLostLocks) {
                    warnings.because(
                            "the module nfs has recover_lost_locks=Y",
                            "a node that was cut off reclaims locks that others have held meanwhile, and uploads may be lost",
                            "load the module with recover_lost_locks=0 (kernel parameter nfs.recover_lost_locks=0) and mount the volume again");
                }
            }
            case "cifs", "smb3" -> cifs(warnings);
            default -> {
                // The options of this type are not known. --check-volume tests how the file system behaves.
            }
        }
        return List.copyOf(warnings.sentences);
    }

    private static void nfs(Warnings warnings) {
        warnings.option("soft", LATE_OPERATIONS, "mount it with hard");
        warnings.option("softerr", LATE_OPERATIONS, "mount it with hard");
        warnings.option(
                "softreval", "reads return old data while the server does not answer", "mount it with nosoftreval");
        warnings.option("nolock", LOCAL_LOCKS, "mount it with nfsvers=4.1, where locks are part of the protocol");
        warnings.option("local_lock=all", LOCAL_LOCKS, "mount it with local_lock=none");
        warnings.option("local_lock=posix", LOCAL_LOCKS, "mount it with local_lock=none");
        warnings.option("nocto", OLD_DATA, "mount it with cto");
        for (String version : List.of("vers=2", "vers=3")) {
            warnings.option(
                    version,
                    "this version has neither leases nor fencing, and a node that was cut off may overwrite newer uploads",
                    "mount it with nfsvers=4.1");
        }
    }

    private static void cifs(Warnings warnings) {
        warnings.option("nobrl", LOCAL_LOCKS, "mount it without nobrl and nolock");
        for (String cache : List.of("cache=loose", "cache=ro", "cache=singleclient")) {
            warnings.option(cache, OLD_DATA, "mount it with cache=strict");
        }
        warnings.option(
                "nostrictsync", "an upload that has been acknowledged may still be lost", "mount it with strictsync");
        warnings.option("soft", LATE_OPERATIONS, "mount it with hard");
    }

    private record Warnings(Mount mount, Set<String> options, List<String> sentences) {
        Warnings(Mount mount) {
            this(mount, mount.options(), new ArrayList<>());
        }

        void option(String option, String consequence, String change) {
            if (options.contains(option)) {
                because("it has the option " + option, consequence, change);
            }
        }

        void because(String cause, String consequence, String change) {
            sentences.add("The volume %s, mounted at %s as %s, is not suitable: %s, so %s. To change that, %s."
                    .formatted(mount.source(), mount.point(), mount.type(), cause, consequence, change));
        }
    }
}
