package io.latestimage.e2e.system;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The jars in the WAR of the service. One of them holds the classes of the service. */
final class ServiceJars {
    private static List<String> unpacked = List.of();

    private ServiceJars() {}

    /** The paths of the unpacked jars. The first call unpacks them, for all tests of this process. */
    static synchronized List<String> unpacked() throws IOException {
        if (unpacked.isEmpty()) {
            Path folder = Files.createDirectories(Path.of("target", "service").toAbsolutePath());
            for (Path earlier : list(folder)) {
                Files.delete(earlier);
            }
            unpackTo(folder);
            unpacked = list(folder).stream().map(Path::toString).toList();
        }
        return unpacked;
    }

    /** Copies the jars into an empty folder. */
    static void unpackTo(Path folder) throws IOException {
        try (ZipFile war = new ZipFile(Program.war().toFile())) {
            for (ZipEntry entry : war.stream().toList()) {
                if (entry.getName().matches("WEB-INF/lib/[^/]+\\.jar")) {
                    try (InputStream in = war.getInputStream(entry)) {
                        Files.copy(in, folder.resolve(Path.of(entry.getName()).getFileName()));
                    }
                }
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
