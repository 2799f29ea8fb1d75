package io.latestimage;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may use what, and other rules for the sources. */
class ArchitectureTest {
    private static final int MAX_LINES = 300;
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.latestimage");

    @Test
    void dependsInOneDirectionOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("root")
                .definedBy("io.latestimage")
                .layer("config")
                .definedBy("io.latestimage.config")
                .layer("server")
                .definedBy("io.latestimage.server")
                .layer("http")
                .definedBy("io.latestimage.http")
                .layer("store")
                .definedBy("io.latestimage.store")
                .layer("image")
                .definedBy("io.latestimage.image")
                .layer("volumecheck")
                .definedBy("io.latestimage.volumecheck")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("http", "volumecheck")
                .whereLayer("image")
                .mayOnlyBeAccessedByLayers("http", "store")
                .whereLayer("volumecheck")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("config")
                .mayOnlyBeAccessedByLayers("root", "server", "http")
                .whereLayer("config")
                .mayNotAccessAnyLayer()
                .whereLayer("image")
                .mayNotAccessAnyLayer()
                .ensureAllClassesAreContainedInArchitecture()
                .check(CLASSES);
    }

    @Test
    void readsTheSettingsInMainTheServerAndWebAppOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.latestimage.http")
                .and()
                .doNotHaveSimpleName("WebApp")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.latestimage.config")
                .check(CLASSES);
    }

    @Test
    void usesJettyInTheServerOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.latestimage.server")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.jetty..")
                .check(CLASSES);
    }

    @Test
    void usesNoHttpInTheStore() {
        noClasses()
                .that()
                .resideInAPackage("io.latestimage.store")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta..")
                .check(CLASSES);
    }

    @Test
    void readsFormsInOneClassOnly() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.latestimage.http.MultipartImage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.commons..")
                .check(CLASSES);
    }

    /** Nothing that a task throws may end such a thread. Only these two classes make sure of that. */
    @Test
    void startsThreadsOfTheStoreInTwoClassesOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.latestimage.store")
                .and()
                .doNotHaveSimpleName("RepeatingThread")
                .and()
                .doNotHaveSimpleName("VolumeWorker")
                .should()
                .callMethod(Thread.class, "ofPlatform")
                .orShould()
                .callMethod(Thread.class, "ofVirtual")
                .orShould()
                .callConstructorWhere(
                        JavaCall.Predicates.target(HasOwner.Predicates.With.owner(assignableTo(Thread.class))))
                .check(CLASSES);
    }

    @Test
    void logsInOneWay() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "org.apache.log4j..")
                .check(CLASSES);
    }

    @Test
    void printsAndExitsInMainOnly() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.latestimage.Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    void hasOnePublicClassInTheServer() {
        classes()
                .that()
                .resideInAPackage("io.latestimage.server")
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should()
                .haveSimpleName("ImageServer")
                .check(CLASSES);
    }

    @Test
    void hasNoLongFile() throws IOException {
        for (String folder : List.of("src", "e2e/src")) {
            List<Path> sources;
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                sources =
                        files.filter(file -> file.toString().endsWith(".java")).toList();
            }
            assertThat(sources)
                    .hasSizeGreaterThan(20)
                    .allSatisfy(file -> assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(MAX_LINES));
        }
    }
}
