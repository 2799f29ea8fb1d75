@NullMarked
package io.latestimage.e2e.process;

import org.jspecify.annotations.NullMarked;
