package io.latestimage.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The options of a mount that break what the service promises.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/nfs.5.html">nfs(5)</a>
 * @see <a href="https://man7.org/linux/man-pages/man8/mount.cifs.8.html">mount.cifs(8)</a>
 */
public final class MountOptions {
    private static final Path RECOVER_LOST_LOCKS = Path.of("/sys/module/nfs/parameters/recover_lost_locks");
    private static final String LOCAL_LOCKS =
            "locks do not reach other nodes, so that uploads of two replicas may overwrite each other";
    private static final String OLD_DATA = "old data may be read after they were replaced";

    private MountOptions() {}

    /**
     * What is wrong with the mount of a folder, a sentence each that says what to change. This may block as long as the
     * volume likes.
     *
     * @return empty where nothing is, or where the system does not tell
     */
    public static List<String> warnings(Path directory) {
        return Mount.of(directory)
                .map(mount -> warnings(mount, Mount.isOn(RECOVER_LOST_LOCKS)))
                .orElse(List.of());
    }

    /** Of one mount, and of a client of NFS that takes locks for its own again that it had lost, or does not. */
    static List<String> warnings(Mount mount, boolean recoverLostLocks) {
        Warnings warnings = new Warnings(mount);
        warnings.option("ro", "nothing can be written to it", "mount it with rw");
        switch (mount.type()) {
            case "nfs", "nfs4" -> {
                nfs(warnings);
                if (recoverLostLocks) {
                    warnings.because(
                            "the module nfs has recover_lost_locks=Y",
                            "a node that was cut off takes locks for its own again that others have had meanwhile, so that uploads may be lost",
                            "load the module with recover_lost_locks=0 (nfs.recover_lost_locks=0 for the kernel), and mount the volume anew");
                }
            }
            case "cifs", "smb3" -> cifs(warnings);
            default -> {
                // Nothing is known of its options. What it does, --check-volume finds out.
            }
        }
        return List.copyOf(warnings.sentences);
    }

    private static void nfs(Warnings warnings) {
        String given = "an operation that was given up may happen yet, so that nobody knows what became of an upload";
        warnings.option("soft", given, "mount it with hard");
        warnings.option("softerr", given, "mount it with hard");
        warnings.option(
                "softreval", "old data pass for new while the server does not answer", "mount it with nosoftreval");
        warnings.option("nolock", LOCAL_LOCKS, "mount it with nfsvers=4.1, where locks are part of the protocol");
        warnings.option("local_lock=all", LOCAL_LOCKS, "mount it with local_lock=none");
        warnings.option("local_lock=posix", LOCAL_LOCKS, "mount it with local_lock=none");
        warnings.option("nocto", OLD_DATA, "mount it with cto");
        for (String version : List.of("vers=2", "vers=3")) {
            warnings.option(
                    version,
                    "this version has neither leases nor a fence, so that a node that was cut off may write over what others have uploaded meanwhile",
                    "mount it with nfsvers=4.1");
        }
    }

    private static void cifs(Warnings warnings) {
        warnings.option("nobrl", LOCAL_LOCKS, "mount it without nobrl and nolock");
        for (String cache : List.of("cache=loose", "cache=ro", "cache=singleclient")) {
            warnings.option(cache, OLD_DATA, "mount it with cache=strict");
        }
        warnings.option(
                "nostrictsync",
                "what an upload has written may still be lost when it has been acknowledged",
                "mount it with strictsync");
        warnings.option(
                "soft",
                "an operation that was given up may happen yet, so that nobody knows what became of an upload",
                "mount it with hard");
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
            sentences.add("The volume %s, mounted at %s as %s, will not do: %s, and %s. To change that, %s."
                    .formatted(mount.source(), mount.point(), mount.type(), cause, consequence, change));
        }
    }
}
