package io.latestimage.store;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever touches a file of the volume may hang with it, so one class does, and counts the time of each operation. */
class FileAccessTest {
    /** What opens a file, or asks the file system for one. */
    private static ArchCondition<JavaClass> touchFiles() {
        String types = "java\\.io\\.(File(?!NotFoundException).*|RandomAccessFile|Print(Stream|Writer))"
                + "|java\\.nio\\.file\\.(Files|FileSystems|spi\\..*)"
                + "|java\\.util\\.(Scanner|zip\\.ZipFile|jar\\.JarFile)";
        return dependOnClassesThat(nameMatching(types))
                .or(callMethodWhere(target(name("open")).and(target(owner(assignableTo(FileChannel.class))))))
                .or(callMethodWhere(
                        target(name("open")).and(target(owner(assignableTo(AsynchronousFileChannel.class))))))
                .or(callMethodWhere(target(nameMatching("toRealPath|toFile|register"))
                        .and(target(owner(assignableTo(Path.class))))));
    }

    /** The spool has files of its own, and Mount reads what the kernel says of a mounted file system. */
    @Test
    void touchesFilesOfTheVolumeInOneClassOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.latestimage.store")
                .and()
                .doNotHaveSimpleName("Volume")
                .and()
                .doNotHaveSimpleName("Spool")
                .and()
                .doNotHaveSimpleName("Mount")
                .should(touchFiles())
                .check(service());
    }

    /** So that each operation on an open file has its deadline. */
    @Test
    void opensFilesOfTheVolumeInOneClassOnly() {
        classes()
                .that()
                .haveFullyQualifiedName("io.latestimage.store.VolumeFile")
                .should()
                .onlyBeAccessed()
                .byClassesThat(nameMatching("io\\.latestimage\\.store\\..*"))
                .check(service());
        noClasses()
                .that()
                .resideInAPackage("io.latestimage.store")
                .and()
                .doNotHaveSimpleName("Volume")
                .should()
                .callConstructorWhere(target(owner(nameMatching("io\\.latestimage\\.store\\.VolumeFile"))))
                .check(service());
    }

    private static JavaClasses service() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.latestimage");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                WithChannel.class,
                WithOptions.class,
                WithAsynchronousChannel.class,
                WithFiles.class,
                WithRandomAccess.class,
                WithStream.class,
                WithRealPath.class
            })
    void negativeControlFindsEachWayToTouchAFile(Class<?> opener) {
        assertThat(noClasses()
                        .should(touchFiles())
                        .evaluate(new ClassFileImporter().importClasses(opener))
                        .hasViolation())
                .isTrue();
    }

    @Test
    void letsAnOpenChannelBeUsed() {
        assertThat(noClasses()
                        .should(touchFiles())
                        .evaluate(new ClassFileImporter().importClasses(UsesChannel.class))
                        .hasViolation())
                .isFalse();
    }

    interface WithChannel {
        default Channel open(Path path) throws IOException {
            return FileChannel.open(path);
        }
    }

    interface WithOptions {
        default Channel open(Path path) throws IOException {
            return FileChannel.open(path, Set.of());
        }
    }

    interface WithAsynchronousChannel {
        default Channel open(Path path) throws IOException {
            return AsynchronousFileChannel.open(path);
        }
    }

    interface WithFiles {
        default boolean open(Path path) {
            return Files.exists(path);
        }
    }

    interface WithRandomAccess {
        default Channel open(String path) throws IOException {
            return new RandomAccessFile(path, "r").getChannel();
        }
    }

    interface WithStream {
        default InputStream open(String path) throws IOException {
            return new FileInputStream(path);
        }
    }

    interface WithRealPath {
        default Path open(Path path) throws IOException {
            return path.toRealPath();
        }
    }

    interface UsesChannel {
        default long size(FileChannel channel) throws IOException {
            return channel.size();
        }
    }
}
