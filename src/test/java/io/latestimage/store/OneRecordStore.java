package io.latestimage.store;

import io.latestimage.image.Fingerprint;
import io.latestimage.image.ImageVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * A broken store. Its manifest has one record, which is overwritten in place. It deletes the file of an image before
 * the record says so.
 */
final class OneRecordStore implements TestedStore {
    private final Volume volume;

    private OneRecordStore(Volume volume) {
        this.volume = volume;
    }

    /** Opens such stores. */
    static final class InPlace implements Kind {
        @Override
        public TestedStore open(Path folder, Supplier<OperationClock> clocks) {
            return new OneRecordStore(new Volume(folder, clocks.get()));
        }

        @Override
        public void sweep(Path folder) throws IOException {
            try {
                Optional<ManifestRecord> record =
                        ManifestRecord.parse(Files.readAllBytes(folder.resolve(Volume.MANIFEST)));
                Volume volume = new Volume(folder, new OperationClock());
                for (String name : volume.list()) {
                    if (!name.equals(Volume.MANIFEST)
                            && record.filter(at -> names(at, name)).isEmpty()) {
                        volume.delete(name);
                    }
                }
            } catch (NoSuchFileException e) {
                return;
            }
        }
    }

    private static boolean names(ManifestRecord record, String file) {
        return record instanceof ManifestRecord.Image image && image.file().equals(file);
    }

    @Override
    public Optional<byte[]> image() throws IOException {
        if (record().orElse(null) instanceof ManifestRecord.Image image) {
            try (VolumeFile file = volume.open(image.file())) {
                return Optional.of(content(file));
            }
        }
        return Optional.empty();
    }

    private Optional<ManifestRecord> record() throws IOException {
        try (VolumeFile manifest = volume.open(Volume.MANIFEST)) {
            return ManifestRecord.parse(Arrays.copyOf(content(manifest), ManifestRecord.SIZE));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static byte[] content(VolumeFile file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(file.size()));
        while (buffer.hasRemaining() && file.read(buffer) > 0) {}
        return buffer.array();
    }

    @Override
    public void replace(byte[] image) throws StoreException {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.update(ByteBuffer.wrap(image));
        String name = "image-%s.png".formatted(UUID.randomUUID().toString().replace("-", ""));
        try {
            volume.create();
            try (VolumeFile file = volume.createFile(name)) {
                file.write(ByteBuffer.wrap(image));
                file.force();
            }
            volume.forceFolder();
            volume.createManifest();
        } catch (IOException e) {
            throw StoreException.ofVolume(e);
        }
        ImageVersion version = fingerprint.finish().orElseThrow();
        publish((generation, now) -> new ManifestRecord.Image(generation, name, version, now, now));
    }

    @Override
    public void delete() throws StoreException {
        try {
            if (record().orElse(null) instanceof ManifestRecord.Image image) {
                volume.delete(image.file());
            }
        } catch (IOException e) {
            throw StoreException.ofVolume(e);
        }
        publish((generation, now) -> new ManifestRecord.Deleted(generation, now, now));
    }

    private void publish(BiFunction<Long, Instant, ManifestRecord> next) throws StoreException {
        try (VolumeFile manifest = volume.openToWrite(Volume.MANIFEST)) {
            long generation = record().map(ManifestRecord::generation).orElse(0L) + 1;
            ManifestRecord record = next.apply(generation, Instant.now());
            manifest.write(ByteBuffer.wrap(record.bytes()), 0);
            manifest.force();
        } catch (IOException e) {
            throw StoreException.ofUnknownOutcome(e);
        }
    }

    @Override
    public void awaitIdle() {}

    @Override
    public void close() {}
}
