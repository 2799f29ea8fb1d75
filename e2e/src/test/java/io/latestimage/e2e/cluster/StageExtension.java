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
 * Sets up the cluster before the first case, passes the {@link Stage} to each case, and cleans up after the last. A
 * case is aborted if it throws anything but an {@link AssertionError}. It leaves the cluster in an unknown state, so
 * all later cases fail with the name of that case, except those that always run.
 */
final class StageExtension implements ParameterResolver, BeforeEachCallback, TestExecutionExceptionHandler {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(StageExtension.class);

    /** The state of the whole run. JUnit closes it at the end of the run. */
    private static final class Run implements AutoCloseable {
        private @Nullable Stage stage;
        private @Nullable String abortReason;
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
        if (run.abortReason != null && (!always || run.stage == null)) {
            throw new IllegalStateException("not run, because " + run.abortReason);
        }
        try {
            run.stage();
        } catch (Exception e) {
            abort(run, "the set-up", e);
            throw e;
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable problem) throws Throwable {
        Run run = run(context);
        run.failed = true;
        if (!(problem instanceof AssertionError)) {
            abort(run, CaseSelection.find(context).map(ProofCase::value).orElse("a case"), problem);
        }
        throw problem;
    }

    private static void abort(Run run, String what, Throwable problem) {
        run.failed = true;
        if (run.abortReason == null) {
            run.abortReason = "%s was aborted (%s)".formatted(what, problem);
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
