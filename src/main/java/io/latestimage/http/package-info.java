/** What the service says over HTTP: servlets of the standard API, which know nothing of the server they run in. */
@NullMarked
package io.latestimage.http;

import org.jspecify.annotations.NullMarked;
