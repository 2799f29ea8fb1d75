package io.latestimage.e2e.nfs;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the open files, delegations and locks of NFS clients from files in {@code /proc} of the server. */
final class ServerState {
    private ServerState() {}

    /**
     * The files of the service for which a client has a state of this type: the manifest and images.
     *
     * @param states the text of {@code /proc/fs/nfsd/clients/…/states}, with lines such as {@code - 0x01…: { type:
     *     open, access: r-, superblock: "fe:10:20", filename: "service/latest" }}; the folder may be missing
     * @param type the type, such as {@code open}, {@code lock} or {@code deleg}
     * @return their names, without the folder
     */
    static Set<String> files(String states, String type) {
        return Pattern.compile("type: %s,.*filename: \"(?:[^\"]*/)?(latest|image-[^\"]*)\"".formatted(type))
                .matcher(states)
                .results()
                .map(line -> line.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * A pattern for {@code grep -E} that finds a lock of a file in {@code /proc/locks}.
     *
     * @param inode the inode number of the file
     */
    static String lockPattern(String inode) {
        return "^[0-9]+: POSIX .* WRITE [0-9]+ [0-9a-f]+:[0-9a-f]+:%s ".formatted(inode);
    }
}
