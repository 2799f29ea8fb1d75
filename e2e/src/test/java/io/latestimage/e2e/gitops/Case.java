package io.latestimage.e2e.gitops;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a class with a case of {@code make e2e-gitops}. The cases run in the order of {@code @Order}. The method of a
 * case may have the {@link Stage}, which all cases share, as a parameter.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("gitops")
@ExtendWith(StageExtension.class)
@interface Case {}
