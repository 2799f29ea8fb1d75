package io.latestimage.e2e.proof;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Selects the cases of a proof that run. The environment variable {@code PHASE} lists their names, or the beginnings of
 * names up to a hyphen, separated by commas. If it is not set, all cases run. {@code PHASE=help} prints the names and
 * runs no case. An unknown name is an error. Cases with {@link ProofCase#longOnly} run only with {@code FORM=long}, or
 * if {@code PHASE} selects them.
 */
public final class CaseSelection implements ExecutionCondition {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(CaseSelection.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<ProofCase> found = find(context);
        if (found.isEmpty()) {
            return ConditionEvaluationResult.enabled("not a case of a proof");
        }
        String phase = System.getenv().getOrDefault("PHASE", "").strip();
        List<String> all = namesBeside(context.getRequiredTestClass());
        if (phase.equals("help")) {
            context.getRoot().getStore(NAMESPACE).computeIfAbsent("help", key -> {
                System.out.println(
                        "PHASE selects one or more of these, separated by commas:\n  " + String.join("\n  ", all));
                return true;
            });
            return ConditionEvaluationResult.disabled("PHASE=help");
        }
        String form = System.getenv().getOrDefault("FORM", "");
        if (isForLongFormOnly(found.get(), phase, form)) {
            return ConditionEvaluationResult.disabled("only in the long form");
        }
        boolean selected = isSelected(found.get().value(), phase, all); // first, because it refuses unknown names
        return selected || found.get().always()
                ? ConditionEvaluationResult.enabled("selected")
                : ConditionEvaluationResult.disabled("PHASE=" + phase);
    }

    /** The case that the context belongs to; empty if the test is not a case of a proof. */
    public static Optional<ProofCase> find(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), ProofCase.class);
    }

    /** Whether the case is left out because it is for the long form only: neither PHASE nor FORM=long is set. */
    static boolean isForLongFormOnly(ProofCase proofCase, String phase, String form) {
        return proofCase.longOnly() && phase.isEmpty() && !form.strip().equals("long");
    }

    /**
     * Whether PHASE selects the case. An empty PHASE selects every case.
     *
     * @param all the names of all cases
     * @throws IllegalArgumentException if PHASE has an unknown name
     */
    static boolean isSelected(String name, String phase, List<String> all) {
        if (phase.isEmpty()) {
            return true;
        }
        List<String> wanted = Arrays.asList(phase.split(",", -1));
        for (String each : wanted) {
            if (all.stream().noneMatch(known -> matches(known, each))) {
                throw new IllegalArgumentException("PHASE: expected one or more of %s, separated by commas, got \"%s\""
                        .formatted(String.join(", ", all), each));
            }
        }
        return wanted.stream().anyMatch(each -> matches(name, each));
    }

    private static boolean matches(String name, String wanted) {
        return name.equals(wanted) || name.startsWith(wanted + "-");
    }

    /**
     * The names of all cases in the package of this class, in the order in which they run; not those that always run.
     */
    static List<String> namesBeside(Class<?> test) {
        String packageName = test.getPackageName();
        try {
            Path classes = Path.of(test.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve(packageName.replace('.', '/'));
            Map<Integer, String> names = new TreeMap<>();
            try (Stream<Path> files = Files.list(classes)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".class") && !name.equals("package-info.class")) {
                        collect(Class.forName(packageName + "." + name.replace(".class", "")), names);
                    }
                }
            }
            return List.copyOf(names.values());
        } catch (IOException | URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException("the cases in the package of %s cannot be listed".formatted(test), e);
        }
    }

    private static void collect(Class<?> type, Map<Integer, String> names) {
        for (var method : type.getDeclaredMethods()) {
            ProofCase found = method.getAnnotation(ProofCase.class);
            if (found != null && !found.always()) {
                String other = names.put(
                        order(type.getAnnotation(Order.class)) * 100 + order(method.getAnnotation(Order.class)),
                        found.value());
                if (other != null) {
                    throw new IllegalStateException(
                            "%s and %s have the same @Order; change one of them".formatted(other, found.value()));
                }
            }
        }
    }

    private static int order(@Nullable Order order) {
        return order == null ? 0 : order.value();
    }
}
