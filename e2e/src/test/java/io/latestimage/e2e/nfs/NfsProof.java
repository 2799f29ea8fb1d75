package io.latestimage.e2e.nfs;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a class with cases of the proof on a real NFS. Each case begins and ends with all replicas ready and no fault.
 * Its method may have the run's {@link Stage} and {@link Findings} as parameters; it adds what it checks to the
 * findings. The display name of a case is its name in the report.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("nfs")
@ExtendWith(StageExtension.class)
@interface NfsProof {
    /** Whether the cases mount the volume and start the replicas themselves. */
    boolean mountsItself() default false;
}
