package io.latestimage.volumecheck;

import io.latestimage.store.Mount;
import io.latestimage.store.MountOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Says whether a volume will do. It works with files of its own, beside a running service too, and deletes them.
 *
 * <p>It runs on one machine. Whether locks and writes reach another one, only the type and the options of the mount
 * tell.
 */
public final class VolumeCheck {
    /** For each check: several times what the service allows one operation (STORAGE_TIMEOUT). */
    private static final Deadline DEADLINE = new Deadline(Duration.ofSeconds(10));

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path directory;
    private final Report report;
    private final CheckFile file;
    private final SharingCheck sharing;
    private final List<Path> madeFolders = new CopyOnWriteArrayList<>();

    /**
     * @param partner the command that runs {@link Partner}, up to the name of the file
     * @param deadline of each check
     * @param patience how long a lock may outlive the process that had it
     */
    VolumeCheck(Path directory, List<String> partner, Deadline deadline, Duration patience, PrintStream out) {
        this.directory = directory.toAbsolutePath().normalize();
        this.report = new Report(deadline, out);
        this.file = new CheckFile(this.directory.resolve(CheckFile.PREFIX + UUID.randomUUID()));
        this.sharing = new SharingCheck(file, partner, report, patience);
    }

    /**
     * Checks, and prints a line for each check.
     *
     * @param main the class that runs {@link Partner} when it is given {@code argument} and the name of a file
     * @return whether the volume will do
     */
    public static boolean run(Path directory, Class<?> main, String argument, PrintStream out) {
        List<String> command = new ArrayList<>(OtherProcess.commandOf(main));
        command.add(argument);
        return new VolumeCheck(directory, command, DEADLINE, PATIENCE, out).run();
    }

    boolean run() {
        Thread interrupted = new Thread(this::cleanUpQuietly, "clean-up");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            checkAll();
            if (file.isMade() || !madeFolders.isEmpty()) {
                report.check("Deleting the files of this check", this::cleanUp);
            }
            if (file.isMade()) {
                report.problem("The file %s is left. Delete it when the volume answers again.".formatted(file.path()));
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        }
        return report.end(directory.toString());
    }

    private void checkAll() {
        if (!report.check("Finding the folder", this::findFolder)) {
            return;
        }
        List<String> warnings = new CopyOnWriteArrayList<>();
        report.check("Looking at the mount", () -> {
            warnings.addAll(MountOptions.warnings(directory));
            return describeMount(warnings.isEmpty());
        });
        warnings.forEach(report::problem);
        if (report.check("Writing a file", this::writeFile)) {
            report.check("Forcing the folder", this::forceFolder);
            sharing.run();
        }
    }

    private String findFolder() throws IOException {
        try {
            list();
            return "The folder %s exists.".formatted(directory);
        } catch (NoSuchFileException e) {
            for (Path at = directory; at != null && Files.notExists(at); at = at.getParent()) {
                madeFolders.add(at);
            }
            Files.createDirectories(directory);
            list();
            return "The folder %s can be made.".formatted(directory);
        }
    }

    private void list() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            boolean _ = entries.iterator().hasNext();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private String describeMount(boolean good) {
        return Mount.of(directory)
                .map(mount -> "It is on %s, mounted at %s from %s%s.%s"
                        .formatted(
                                mount.type(),
                                mount.point(),
                                mount.source(),
                                good ? ", without options that break what the service promises" : "",
                                mount.isLocal() ? " That belongs to this machine alone: run all replicas here." : ""))
                .orElse("The system does not tell how it is mounted.");
    }

    /** Leaves the file, for the checks to come. */
    private String writeFile() throws IOException {
        file.create("first");
        boolean _ = file.open();
        if (!file.read().equals("first")) {
            throw new Obstacle("A file that was written and forced has something else in it. Use another file system.");
        }
        file.delete();
        file.create("second");
        return "A file can be made, written, forced, read and deleted.";
    }

    private String forceFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
        return "The folder can be forced: the names in it survive a loss of power.";
    }

    /** Deletes all that was made, but no folder that somebody else has put something into meanwhile. */
    private String cleanUp() throws IOException {
        file.delete();
        for (Path folder : madeFolders) {
            try {
                Files.deleteIfExists(folder);
            } catch (DirectoryNotEmptyException e) {
                break;
            }
        }
        return "The files of this check are deleted.";
    }

    /** When a signal ends the check. */
    private void cleanUpQuietly() {
        try {
            String _ = DEADLINE.run(this::cleanUp);
        } catch (IOException e) {
            // There is nobody left to tell, and the names of the files say what made them.
        }
    }
}
