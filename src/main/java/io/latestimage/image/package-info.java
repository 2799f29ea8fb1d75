/** What an image is: its format, its version, its fingerprint. */
@NullMarked
package io.latestimage.image;

import org.jspecify.annotations.NullMarked;
