package io.latestimage.e2e.nfs;

import java.util.regex.Pattern;

/** What the kernel of the server says of its clients' states and locks. */
final class ServerState {
    private ServerState() {}

    /**
     * Whether a client has a state of a file.
     *
     * @param states of {@code /proc/fs/nfsd/clients/…/states}, a line each, such as {@code - 0x01…: { type: open,
     *     access: r-, superblock: "fe:10:20", filename: "service/latest" }}
     * @param type such as {@code open}, {@code lock}, {@code deleg}
     * @param file its name, without the folder
     */
    static boolean has(String states, String type, String file) {
        Pattern line = Pattern.compile(
                "type: %s,.*filename: \"(?:[^\"]*/)?%s\"".formatted(Pattern.quote(type), Pattern.quote(file)));
        return states.lines().anyMatch(each -> line.matcher(each).find());
    }

    /**
     * A pattern for {@code grep -E} that finds a lock of a file in {@code /proc/locks}.
     *
     * @param inode of the file
     */
    static String lockPattern(String inode) {
        return "^[0-9]+: POSIX .* WRITE [0-9]+ [0-9a-f]+:[0-9a-f]+:%s ".formatted(inode);
    }
}
