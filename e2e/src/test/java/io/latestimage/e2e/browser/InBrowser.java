package io.latestimage.e2e.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * Marks a class whose tests need Chromium. {@code make test-browser} runs them. A test takes seconds, or two minutes at
 * most if it waits for an outage, and what takes much longer hangs.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("browser")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@interface InBrowser {}
