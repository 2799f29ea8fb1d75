package io.latestimage.e2e.nfs;

import java.util.regex.Pattern;

/** Reads the open files, delegations and locks of NFS clients from files in {@code /proc} of the server. */
final class ServerState {
    private ServerState() {}

    /**
     * Whether a client has a state of this type for a file.
     *
     * @param states the text of {@code /proc/fs/nfsd/clients/…/states}, with lines such as {@code - 0x01…: { type:
     *     open, access: r-, superblock: "fe:10:20", filename: "service/latest" }}
     * @param type the type, such as {@code open}, {@code lock} or {@code deleg}
     * @param file the name of the file, without its folder
     */
    static boolean has(String states, String type, String file) {
        Pattern line = Pattern.compile(
                "type: %s,.*filename: \"(?:[^\"]*/)?%s\"".formatted(Pattern.quote(type), Pattern.quote(file)));
        return states.lines().anyMatch(each -> line.matcher(each).find());
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
