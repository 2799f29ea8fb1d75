package io.latestimage.e2e.proof;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks a test as a case of a proof. The environment variable {@code PHASE} selects cases by their names. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(CaseSelection.class)
public @interface ProofCase {
    /** The name, such as {@code storage-full}; {@code PHASE=storage} selects all that begin with {@code storage-}. */
    String value();

    /** Whether the case runs even if {@code PHASE} does not select it, such as a verdict. */
    boolean always() default false;

    /** Whether the short form leaves the case out unless {@code PHASE} selects it. */
    boolean longOnly() default false;
}
