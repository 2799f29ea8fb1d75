package io.latestimage.store;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mount table of this process.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
final class MountTable {
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    private final List<Entry> entries;

    private record Entry(int id, int parent, Mount mount) {
        boolean holds(Path directory) {
            return directory.startsWith(mount.point());
        }
    }

    private MountTable(List<Entry> entries) {
        this.entries = entries;
    }

    /** Parses the text of {@code /proc/self/mountinfo}. Ignores lines that it does not understand. */
    static MountTable parse(String mountinfo) {
        return new MountTable(mountinfo
                .lines()
                .map(MountTable::entry)
                .flatMap(Optional::stream)
                .toList());
    }

    /**
     * {@code 36 35 98:0 / /data rw,noatime shared:1 - nfs4 server:/share rw,vers=4.1}: id, id of the parent mount,
     * device, root, mount point, mount options, any number of optional fields, a dash, type, source, and options of the
     * file system.
     */
    private static Optional<Entry> entry(String line) {
        int dash = line.indexOf(" - ");
        if (dash < 0) {
            return Optional.empty();
        }
        String[] mount = line.substring(0, dash).split(" ", -1);
        String[] system = line.substring(dash + 3).split(" ", -1);
        if (mount.length < 6 || system.length < 3) {
            return Optional.empty();
        }
        Set<String> options = new HashSet<>(List.of(mount[5].split(",")));
        options.addAll(List.of(system[2].split(",")));
        return Optional.of(new Entry(
                Integer.parseInt(mount[0]),
                Integer.parseInt(mount[1]),
                new Mount(system[0], unescape(system[1]), Path.of(unescape(mount[4])), options)));
    }

    private static String unescape(String field) {
        return ESCAPE.matcher(field)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 8))));
    }

    /**
     * The mount that a folder is on. Like the kernel, this starts at the root: a later mount on {@code /a} hides an
     * earlier one on {@code /a/b}.
     *
     * @param directory absolute, without symbolic links
     */
    Optional<Mount> find(Path directory) {
        Set<Integer> all = new HashSet<>();
        entries.forEach(entry -> all.add(entry.id));
        Optional<Entry> at = entries.stream()
                .filter(entry -> (entry.parent == entry.id || !all.contains(entry.parent)) && entry.holds(directory))
                .reduce((_, last) -> last);
        Optional<Entry> found = at;
        while (at.isPresent()) {
            found = at;
            at = next(at.get(), directory);
        }
        return found.map(Entry::mount);
    }

    private Optional<Entry> next(Entry at, Path directory) {
        return entries.stream()
                .filter(entry -> entry.parent == at.id && entry.id != at.id && entry.holds(directory))
                .min(Comparator.comparingInt(entry -> entry.mount.point().getNameCount()));
    }
}
