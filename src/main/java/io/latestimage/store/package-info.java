/** Stores the one image on the shared volume and keeps a private copy that is served. */
@NullMarked
package io.latestimage.store;

import org.jspecify.annotations.NullMarked;
