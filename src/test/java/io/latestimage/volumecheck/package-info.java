@NullMarked
package io.latestimage.volumecheck;

import org.jspecify.annotations.NullMarked;
