package io.latestimage.e2e.cluster;

import io.latestimage.e2e.proof.CaseSelection;
import io.latestimage.e2e.proof.ProjectFolder;
import io.latestimage.e2e.proof.ProofCase;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Sets the cluster up before the first case, passes it to each, and clears up after the last. A case that breaks off,
 * as opposed to one that finds something wrong, leaves the cluster in an unknown state. The remaining cases then fail,
 * and say why.
 */
final class StageExtension implements ParameterResolver, BeforeEachCallback, TestExecutionExceptionHandler {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(StageExtension.class);

    /** What lasts for the whole run; JUnit closes it at its end. */
    private static final class Run implements AutoCloseable {
        private @Nullable Stage stage;
        private @Nullable String brokenOff;
        private boolean failed;

        Stage stage() throws Exception {
            if (stage == null) {
                Path project = ProjectFolder.get();
                stage = new Stage(Settings.parse(System.getenv()), project);
                stage.setUp();
            }
            return stage;
        }

        @Override
        public void close() {
            if (stage != null) {
                stage.clearUp(failed);
            }
        }
    }

    private static Run run(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent("run", key -> new Run(), Run.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        Run run = run(context);
        boolean always = CaseSelection.find(context).map(ProofCase::always).orElse(false);
        if (run.brokenOff != null && (!always || run.stage == null)) {
            throw new IllegalStateException("not run: " + run.brokenOff);
        }
        try {
            run.stage();
        } catch (Exception e) {
            breakOff(run, "the set-up", e);
            throw e;
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable problem) throws Throwable {
        Run run = run(context);
        run.failed = true;
        if (!(problem instanceof AssertionError)) {
            breakOff(run, CaseSelection.find(context).map(ProofCase::value).orElse("a case"), problem);
        }
        throw problem;
    }

    private static void breakOff(Run run, String what, Throwable problem) {
        run.failed = true;
        if (run.brokenOff == null) {
            run.brokenOff = "%s broke off (%s)".formatted(what, problem);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Stage stage = run(context).stage;
        if (stage == null) {
            throw new IllegalStateException("the cluster is not set up");
        }
        return stage;
    }
}
