/** Tests of the HTTP interface: its parts alone, and the whole over raw sockets. */
@NullMarked
package io.latestimage.http;

import org.jspecify.annotations.NullMarked;
