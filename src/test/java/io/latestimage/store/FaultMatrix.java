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

/** Replaces the image while a fault hits one of the steps, and checks what a new store finds in the same folder. */
final class FaultMatrix {
    private static final byte[] NEW = Scenario.image(100);
    private static final byte[] NEXT = Scenario.image(200);

    /** What the uploader learns. */
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
    private final Path folder;
    private final Path template;
    private final AtomicInteger runs = new AtomicInteger();

    /**
     * Prepares the initial content of the volume.
     *
     * @param folder for the volumes
     */
    FaultMatrix(TestedStore.Kind kind, Scenario scenario, Path folder) throws IOException, StoreException {
        this.kind = kind;
        this.scenario = scenario;
        this.folder = Files.createTempDirectory(folder, scenario.name());
        this.template = Files.createDirectory(this.folder.resolve("template")).resolve("volume");
        scenario.prepare(template, kind);
    }

    /** All steps of a replacement that no fault hits. */
    List<Step> steps() throws IOException {
        FaultInjection none = FaultInjection.none();
        List<String> violations = run(none);
        if (!violations.isEmpty()) {
            throw new IllegalStateException(violations.toString());
        }
        return none.steps().stream().filter(step -> step.thread() <= 1).toList();
    }

    /**
     * Replaces the image with a fault.
     *
     * @return what is wrong afterwards, in words
     */
    List<String> run(Step step, Fault fault) throws IOException {
        return run(FaultInjection.of(step, fault)).stream()
                .map(violation -> "%s, %s, %s: %s".formatted(scenario, step, fault, violation))
                .toList();
    }

    private List<String> run(FaultInjection injection) throws IOException {
        Path volume = copyOfTemplate();
        List<String> violations = new ArrayList<>();
        Answer answer;
        Optional<String> sameStore;
        try (TestedStore store = kind.open(volume, injection::clock)) {
            Answer given = replace(store);
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

    private static Answer replace(TestedStore store) {
        try {
            store.replace(NEW);
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
            case ACKNOWLEDGED -> List.of("the new image");
            case REFUSED -> List.of(before);
            case UNKNOWN, NONE -> List.of(before, "the new image");
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
            return "no image";
        } else if (Arrays.equals(image.get(), NEW)) {
            return "the new image";
        }
        return scenario.before().filter(old -> Arrays.equals(old, image.get())).isPresent()
                ? "the image before"
                : "another image";
    }

    /** Checks that a sweep leaves the image, and that the next image can be published. */
    private List<String> sweepAndReplace(Path volume, String found) throws IOException {
        List<String> violations = new ArrayList<>();
        kind.sweep(volume);
        if (files(volume).size() > 2) {
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
