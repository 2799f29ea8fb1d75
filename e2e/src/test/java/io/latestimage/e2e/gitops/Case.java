package io.latestimage.e2e.gitops;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class with a case of {@code make e2e-gitops}. Its order is its place in a whole run; its method gets the
 * {@link Stage} that all cases share.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("gitops")
@ExtendWith(StageExtension.class)
@interface Case {}
