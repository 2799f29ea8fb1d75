/** The HTTP interface: servlets and a filter of the standard API, which run in any servlet container. */
@NullMarked
package io.latestimage.http;

import org.jspecify.annotations.NullMarked;
