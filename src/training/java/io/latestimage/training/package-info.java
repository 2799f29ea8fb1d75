/** Trains the AOT cache of the container image. Runs while the image is built, and is not part of the service. */
@NullMarked
package io.latestimage.training;

import org.jspecify.annotations.NullMarked;
