/**
 * {@code --check-volume}: checks whether a volume is suitable for the store. It opens only files of its own on the
 * volume, so it is no part of the store. Its classes are loaded only when they are needed.
 */
@NullMarked
package io.latestimage.volumecheck;

import org.jspecify.annotations.NullMarked;
