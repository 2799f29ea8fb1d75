package io.latestimage.e2e.nfs;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of the proof on a real NFS. Each of its cases begins and ends with all replicas ready and no fault; it gets
 * the one {@link Stage}, and the {@link Findings} to which it adds what it checks. The display name of a case is its
 * name in the report.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("nfs")
@ExtendWith(StageExtension.class)
@interface NfsProof {
    /** Whether its cases mount the volume and start the replicas themselves. */
    boolean mountsItself() default false;
}
