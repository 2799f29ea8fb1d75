package io.latestimage.e2e.proof;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One case of a proof, which {@code PHASE} selects by its name. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(CaseSelection.class)
public @interface ProofCase {
    /** Its name, such as {@code storage-full}; {@code PHASE=storage} selects all that begin with {@code storage-}. */
    String value();

    /** Whether it runs whatever is selected, such as a verdict. */
    boolean always() default false;

    /** Whether the short form leaves it out unless {@code PHASE} selects it. */
    boolean longOnly() default false;
}
