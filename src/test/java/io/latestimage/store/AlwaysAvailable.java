package io.latestimage.store;

import io.latestimage.store.StoreFailure.Outage;
import java.util.Optional;

/** Treats the volume as available. Only {@link #await} decides when to revalidate. */
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
