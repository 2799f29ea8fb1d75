/**
 * {@code --check-volume}: says whether a volume will do for the store. It opens files of its own on the volume and
 * nothing of the store's, so it is no part of the store; nothing here is loaded unless it is asked for.
 */
@NullMarked
package io.latestimage.volumecheck;

import org.jspecify.annotations.NullMarked;
