package io.latestimage.store;

import io.latestimage.store.StoreFailure.Outage;
import java.util.Optional;

/** Treats the volume as one that answers, and leaves to {@link #await} when to revalidate. */
public interface AlwaysAvailable extends Freshness {
    @Override
    default void request() {}

    @Override
    default Optional<Outage> latest() {
        return Optional.empty();
    }

    @Override
    default void close() {}
}
