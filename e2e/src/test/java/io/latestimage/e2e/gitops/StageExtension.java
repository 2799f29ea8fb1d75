package io.latestimage.e2e.gitops;

import io.latestimage.e2e.proof.CaseSelection;
import io.latestimage.e2e.proof.ProjectFolder;
import io.latestimage.e2e.proof.ProofCase;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Sets up the {@link Stage} before the first case, passes it to each case, and closes it after the last case or when
 * the run is interrupted. A case that fails leaves the cluster in an unknown state, so all later cases fail with the
 * name of that case, except those that always run.
 */
final class StageExtension implements ParameterResolver, BeforeEachCallback, AfterTestExecutionCallback {
    private static final Namespace NAMESPACE = Namespace.create(StageExtension.class);

    /** The state of the whole run. JUnit closes it at the end of the run. */
    private static final class Run implements AutoCloseable {
        private @Nullable Stage stage;
        private @Nullable String failed;

        void begin(ProofCase proofCase) throws Exception {
            if (failed != null && (stage == null || !proofCase.always())) {
                throw new IllegalStateException("not run, because %s failed".formatted(failed));
            }
            if (stage == null) {
                failed = "the set-up"; // until it has succeeded
                Path project = ProjectFolder.get();
                Stage made = new Stage(Parameters.of(System.getenv(), project), project);
                Runtime.getRuntime().addShutdownHook(new Thread(made::close));
                made.prepare();
                stage = made;
                failed = null;
            }
            stage.say(proofCase.value());
            if (!proofCase.always()) {
                stage.findings().ran(proofCase.value());
            }
        }

        void fail(ProofCase proofCase, Throwable reason) {
            Stage made = stage();
            made.say("FAILED: %s: %s".formatted(proofCase.value(), reason));
            made.findings().failed(proofCase.value(), reason);
            made.saveState(proofCase.value());
            if (failed == null) {
                failed = proofCase.value();
            }
        }

        Stage stage() {
            if (stage == null) {
                throw new IllegalStateException("the set-up failed");
            }
            return stage;
        }

        @Override
        public void close() {
            if (stage != null) {
                stage.close();
            }
        }
    }

    private static Run run(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Run.class, key -> new Run(), Run.class);
    }

    private static ProofCase proofCase(ExtensionContext context) {
        return CaseSelection.find(context)
                .orElseThrow(() -> new IllegalStateException(context.getDisplayName() + " has no @ProofCase; add it"));
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        run(context).begin(proofCase(context));
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        context.getExecutionException().ifPresent(reason -> run(context).fail(proofCase(context), reason));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Stage resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return run(context).stage();
    }
}
