/** The embedded Jetty server: how it is built, how it protects itself, and how it shuts down. */
@NullMarked
package io.latestimage.server;

import org.jspecify.annotations.NullMarked;
