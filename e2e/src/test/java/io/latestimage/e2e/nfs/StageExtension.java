package io.latestimage.e2e.nfs;

import io.latestimage.e2e.proof.CaseSelection;
import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Sets up the machines before the first case and passes them to each case. A case fails if it throws, if a check of it
 * does not hold, or if it checks nothing. After a failed case, the machines are restored for the next one.
 */
final class StageExtension implements ParameterResolver, BeforeEachCallback, AfterEachCallback, TestWatcher {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(StageExtension.class);

    private static NfsRun run(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent("run", key -> new NfsRun(), NfsRun.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        NfsRun run = run(context);
        Stage stage = run.stage();
        if (isVerdict(context)) {
            return;
        }
        run.findings().begin(context.getDisplayName());
        stage.say(context.getDisplayName());
        if (!context.getRequiredTestClass().getAnnotation(NfsProof.class).mountsItself()) {
            stage.ensureDefault();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        NfsRun run = run(context);
        if (isVerdict(context) || !run.isSetUp()) {
            return;
        }
        String title = context.getDisplayName();
        Optional<Throwable> thrown = context.getExecutionException();
        thrown.ifPresent(problem -> run.findings().check("the case runs to its end", false, problem.toString()));
        if (!run.findings().hasChecked(title)) {
            run.findings().check("the case checks something", false, "nothing was checked");
        }
        List<String> problems = run.findings().problems(title);
        if (!problems.isEmpty()) {
            run.recover(CaseSelection.find(context).map(ProofCase::value).orElse("a-case"));
        }
        if (thrown.isEmpty() && !problems.isEmpty()) {
            throw new AssertionError(String.join("\n", problems));
        }
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        CaseSelection.find(context).ifPresent(each -> run(context).leaveOut(each.value(), reason.orElse("disabled")));
    }

    private static boolean isVerdict(ExtensionContext context) {
        return CaseSelection.find(context).map(ProofCase::always).orElse(false);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Stage.class || type == Findings.class || type == NfsRun.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        NfsRun run = run(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == NfsRun.class) {
            return run;
        }
        try {
            return type == Findings.class ? run.findings() : run.stage();
        } catch (Exception e) {
            throw new IllegalStateException("the machines are not set up", e);
        }
    }
}
