package io.latestimage.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What tells one version of a file from the next without reading it. The inode's number alone does not: it is used
 * again once its file is gone, so times and size belong to it, and the change time too, which no program can set.
 *
 * @param attributes the number of the inode, the size, when the content changed last, and when it or the attributes
 *     (the name among them) did
 */
record FileIdentity(Map<String, Object> attributes) {
    private static final String INODE = "ino";
    private static final String MODIFIED = "lastModifiedTime";

    static FileIdentity of(Path file) throws IOException {
        return new FileIdentity(Files.readAttributes(file, "unix:" + INODE + ",size,ctime," + MODIFIED));
    }

    Object inode() {
        return Objects.requireNonNull(attributes.get(INODE));
    }

    Instant modified() {
        return ((FileTime) Objects.requireNonNull(attributes.get(MODIFIED))).toInstant();
    }
}
