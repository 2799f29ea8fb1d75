package io.latestimage.store;

import io.latestimage.store.FaultInjection.ProcessEnded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Replaces or deletes the image while a fault hits one of the steps, and checks what a new store finds in the same
 * folder.
 */
final class FaultMatrix {
    private static final byte[] NEW = Scenario.image(100);
    private static final byte[] NEXT = Scenario.image(200);
    private static final String NO_IMAGE = "no image";

    /** What happens to the image. */
    enum Change {
        REPLACE("the new image"),
        DELETE(NO_IMAGE);

        private final String result;

        /** What is found after the change. */
        Change(String result) {
            this.result = result;
        }

        private void apply(TestedStore store) throws IOException, StoreException {
            switch (this) {
                case REPLACE -> store.replace(NEW);
                case DELETE -> store.delete();
            }
        }
    }

    /** What the client learns. */
    private enum Answer {
        ACKNOWLEDGED,
        /** The store says that nothing has changed. */
        REFUSED,
        UNKNOWN,
        /** The process has ended. */
        NONE
    }

    private final TestedStore.Kind kind;
    private final Scenario scenario;
    private final Change change;
    private final Path folder;
    private final Path template;
    private final AtomicInteger runs = new AtomicInteger();

    /**
     * Prepares the initial content of the volume.
     *
     * @param folder for the volumes
     */
    FaultMatrix(TestedStore.Kind kind, Scenario scenario, Change change, Path folder)
            throws IOException, StoreException {
        this.kind = kind;
        this.scenario = scenario;
        this.change = change;
        this.folder = Files.createTempDirectory(folder, scenario.name());
        this.template = Files.createDirectory(this.folder.resolve("template")).resolve("volume");
        scenario.prepare(template, kind);
    }

    /** All steps of a change that no fault hits. */
    List<Step> steps() throws IOException {
        FaultInjection none = FaultInjection.none();
        List<String> violations = run(none);
        if (!violations.isEmpty()) {
            throw new IllegalStateException(violations.toString());
        }
        return none.steps().stream().filter(step -> step.thread() <= 1).toList();
    }

    /** What is wrong after every fault at every step. */
    List<String> violations(List<Fault> faults) throws IOException {
        List<String> violations = new ArrayList<>();
        for (Step step : steps()) {
            for (Fault fault : faults) {
                violations.addAll(run(step, fault));
            }
        }
        return violations;
    }

    /**
     * What is wrong after every record that is written is torn.
     *
     * @param interval torn after 0 bytes, after each multiple of this number, and near the end
     * @param then what the process notices
     */
    List<String> tornRecords(int interval, Fault then) throws IOException {
        List<Step> writes =
                steps().stream().filter(step -> step.writesTo(Volume.MANIFEST)).toList();
        if (writes.isEmpty()) {
            throw new IllegalStateException("no record is written: " + steps());
        }
        List<String> violations = new ArrayList<>();
        for (Step write : writes) {
            for (int bytes = 0; bytes <= ManifestRecord.SIZE; bytes++) {
                if (bytes % interval == 0 || bytes >= ManifestRecord.SIZE - 2) {
                    violations.addAll(run(write, new Fault.Torn(bytes, then)));
                }
            }
        }
        return violations;
    }

    /**
     * Changes the image with a fault.
     *
     * @return what is wrong afterwards, in words
     */
    List<String> run(Step step, Fault fault) throws IOException {
        return run(FaultInjection.of(step, fault)).stream()
                .map(violation -> "%s, %s, %s, %s: %s".formatted(scenario, change, step, fault, violation))
                .toList();
    }

    private List<String> run(FaultInjection injection) throws IOException {
        Path volume = copyOfTemplate();
        List<String> violations = new ArrayList<>();
        Answer answer;
        Optional<String> sameStore;
        try (TestedStore store = kind.open(volume, injection::clock)) {
            Answer given = apply(store);
            boolean ended = injection.hasEnded();
            answer = ended && given != Answer.ACKNOWLEDGED ? Answer.NONE : given;
            injection.heal();
            if (!ended) {
                store.awaitIdle();
            }
            sameStore = ended ? Optional.empty() : Optional.of(find(store));
        }
        String found = find(volume);
        if (!expected(answer).contains(found)) {
            violations.add("answered %s and found %s".formatted(answer, found));
        }
        if (!sameStore.orElse(found).equals(found)) {
            violations.add("the same store found %s, a new one %s".formatted(sameStore, found));
        }
        violations.addAll(sweepAndReplace(volume, found));
        return violations;
    }

    private Path copyOfTemplate() throws IOException {
        Path volume = folder.resolve(String.valueOf(runs.incrementAndGet())).resolve("volume");
        Files.createDirectory(volume.getParent());
        if (Files.exists(template)) {
            Files.createDirectory(volume);
            for (String name : files(template)) {
                Files.copy(template.resolve(name), volume.resolve(name));
            }
        }
        return volume;
    }

    private Answer apply(TestedStore store) {
        try {
            change.apply(store);
            return Answer.ACKNOWLEDGED;
        } catch (StoreException e) {
            return e.failure() instanceof StoreFailure.OutcomeUnknown ? Answer.UNKNOWN : Answer.REFUSED;
        } catch (IOException e) {
            throw new AssertionError("an unexpected exception", e);
        } catch (ProcessEnded | IllegalStateException e) {
            if (isEnd(e)) {
                return Answer.NONE;
            }
            throw e;
        }
    }

    private static boolean isEnd(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return thrown instanceof ProcessEnded || (cause != null && isEnd(cause));
    }

    private List<String> expected(Answer answer) {
        String before = describe(scenario.before());
        return switch (answer) {
            case ACKNOWLEDGED -> List.of(change.result);
            case REFUSED -> List.of(before);
            case UNKNOWN, NONE -> List.of(before, change.result);
        };
    }

    private String find(Path volume) {
        try (TestedStore store = kind.open(volume, FaultInjection.none()::clock)) {
            return find(store);
        }
    }

    private String find(TestedStore store) {
        try {
            return describe(store.image());
        } catch (IOException e) {
            return "none that can be read: " + e;
        }
    }

    private String describe(Optional<byte[]> image) {
        if (image.isEmpty()) {
            return NO_IMAGE;
        } else if (Arrays.equals(image.get(), NEW)) {
            return Change.REPLACE.result;
        }
        return scenario.before().filter(old -> Arrays.equals(old, image.get())).isPresent()
                ? "the image before"
                : "another image";
    }

    /** Checks that a sweep leaves the image, and that the next image can be published. */
    private List<String> sweepAndReplace(Path volume, String found) throws IOException {
        List<String> violations = new ArrayList<>();
        kind.sweep(volume);
        // A store that has never had an image does not know which file is it, and deletes none.
        boolean deleted = found.equals(NO_IMAGE) && scenario.before().isPresent();
        if (files(volume).size() > (deleted ? 1 : 2)) {
            violations.add("left after sweeping: " + files(volume));
        }
        try (TestedStore store = kind.open(volume, FaultInjection.none()::clock)) {
            String swept = find(store);
            if (!swept.equals(found)) {
                violations.add("found %s, and after sweeping %s".formatted(found, swept));
            }
            store.replace(NEXT);
            if (store.image().filter(next -> Arrays.equals(next, NEXT)).isEmpty()) {
                violations.add("the next upload is not the image");
            }
        } catch (IOException | StoreException e) {
            violations.add("the next upload failed: " + e);
        }
        kind.sweep(volume);
        if (files(volume).size() > 2) {
            violations.add("left after the next upload: " + files(volume));
        }
        return violations;
    }

    private static List<String> files(Path volume) throws IOException {
        try (Stream<Path> files = Files.list(volume)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
