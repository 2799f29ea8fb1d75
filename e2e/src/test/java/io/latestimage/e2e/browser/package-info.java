/** Tests of the page in a real browser, against replicas of the service that run as processes on this machine. */
@NullMarked
package io.latestimage.e2e.browser;

import org.jspecify.annotations.NullMarked;
