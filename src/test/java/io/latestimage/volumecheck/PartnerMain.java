package io.latestimage.volumecheck;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The second process of a check: a correct one, or one that behaves as if the volume were broken. */
final class PartnerMain {
    enum Volume {
        SOUND,
        /** Reads keep returning what was read first. */
        STALE,
        /** What is written never arrives. */
        LOSES_WRITES,
        /** Each process has locks of its own. */
        WITHOUT_LOCKS,
        /** The lock of a process outlives it. */
        KEEPS_LOCKS,
        /** Nothing ever returns. */
        HANGS,
        /** The process ends at once. */
        ENDS
    }

    private PartnerMain() {}

    static List<String> command(Volume volume) {
        return List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path", ""),
                PartnerMain.class.getName(),
                volume.name());
    }

    public static void main(String[] args) throws Exception {
        Path path = Path.of(args[1]);
        switch (args[0]) {
            case "SOUND" -> Partner.serve(path, System.in, System.out);
            case "HANGS" -> System.in.transferTo(OutputStream.nullOutputStream()); // until the check ends
            case "ENDS" -> System.err.println("no memory");
            case "HOLDER" -> hold(path);
            case "CHECK" -> check(path);
            default -> serve(Volume.valueOf(args[0]), path);
        }
    }

    /** A check that will not end by itself. */
    private static void check(Path folder) {
        Duration forever = Duration.ofHours(1);
        boolean _ = new VolumeCheck(folder, command(Volume.HANGS), new Deadline(forever), forever, System.out).run();
    }

    static List<String> command(String role) {
        List<String> command = new ArrayList<>(command(Volume.SOUND));
        command.set(command.size() - 1, role);
        return command;
    }

    private static void serve(Volume volume, Path path) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        CheckFile file = new CheckFile(path);
        String first = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String answer = "";
            switch (line.split(" ", 2)[0]) {
                case "open" -> {
                    file.open();
                    first = file.read();
                }
                case "read" -> answer = volume == Volume.STALE ? first : file.read();
                case "write" -> {
                    if (volume != Volume.LOSES_WRITES) {
                        file.write(line.substring("write ".length()));
                    }
                }
                case "lock" -> answer = lock(volume, file);
                default -> {}
            }
            System.out.println(Partner.OK + answer);
        }
    }

    private static String lock(Volume volume, CheckFile file) throws IOException {
        if (volume == Volume.WITHOUT_LOCKS) {
            return "locked";
        }
        if (!file.lock()) {
            return "busy";
        }
        if (volume == Volume.KEEPS_LOCKS) {
            file.unlock();
            List<String> holder = command("HOLDER");
            holder.add(file.path().toString());
            Process process = new ProcessBuilder(holder).start();
            process.getInputStream().read();
        }
        return "locked";
    }

    /** Holds the lock until the check has deleted the file. */
    private static void hold(Path path) throws Exception {
        CheckFile file = new CheckFile(path);
        file.lock();
        System.out.println("locked");
        while (Files.exists(path)) {
            Thread.sleep(20);
        }
    }
}
