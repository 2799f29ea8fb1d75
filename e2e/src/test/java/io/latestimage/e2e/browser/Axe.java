package io.latestimage.e2e.browser;

import java.util.List;

/** The rules of WCAG 2.2 AA that a program can check, and the good practices of axe, checked in the open page. */
final class Axe {
    /** Defines the global variable {@code axe}. */
    private static final String SCRIPT = Browser.resource("/axe.min.js");

    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice");

    /** Without {@code preload}, axe requests no style sheet again, so that all requests are those of the page. */
    private static final String RUN = """
            const [rules, done] = arguments;
            axe.run(document, {preload: false, resultTypes: ['violations'], runOnly: {type: 'tag', values: rules}})
              .then(found => done(found.violations.flatMap(violation => violation.nodes.map(node =>
                `${violation.id} at ${node.target.join(' ')}: ${node.failureSummary}`))))
              .catch(problem => done([`axe failed: ${problem}`]));
            """;

    private Axe() {}

    /** What the page violates now: the rule, the element and the reason, one text each. */
    static List<String> violations(Browser browser) {
        if (browser.value("return typeof window.axe").equals("undefined")) {
            browser.run(SCRIPT);
        }
        return browser.runAndWait(RUN, RULES);
    }
}
