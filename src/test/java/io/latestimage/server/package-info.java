@NullMarked
package io.latestimage.server;

import org.jspecify.annotations.NullMarked;
