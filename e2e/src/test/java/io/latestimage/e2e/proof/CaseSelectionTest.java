package io.latestimage.e2e.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CaseSelectionTest {
    private static final List<String> ALL = List.of("drain", "storage-hang", "storage-full");

    @Test
    void selectsAllUnlessSomeAreNamed() {
        assertThat(ALL).allMatch(name -> CaseSelection.isSelected(name, "", ALL));
    }

    @Test
    void selectsByNameAndByTheBeginningOfAName() {
        assertThat(selected("drain")).containsExactly("drain");
        assertThat(selected("storage")).containsExactly("storage-hang", "storage-full");
        assertThat(selected("storage-full,drain")).containsExactly("drain", "storage-full");
    }

    @Test
    void refusesAnUnknownName() {
        assertThatThrownBy(() -> selected("drain,stor"))
                .hasMessage("PHASE: expected one or more of drain, storage-hang, storage-full, separated by commas, "
                        + "got \"stor\"");
    }

    @Test
    void listsTheCasesInTheirOrder() {
        assertThat(CaseSelection.namesBeside(CaseSelectionTest.class)).containsExactly("first", "second", "third");
    }

    @Test
    void leavesALongCaseOutOfTheShortFormUnlessItIsNamed() throws NoSuchMethodException {
        ProofCase longCase = Later.class.getDeclaredMethod("third").getAnnotation(ProofCase.class);
        ProofCase other = Later.class.getDeclaredMethod("second").getAnnotation(ProofCase.class);
        assertThat(CaseSelection.isForLongFormOnly(longCase, "", "short")).isTrue();
        assertThat(CaseSelection.isForLongFormOnly(longCase, "", "")).isTrue();
        assertThat(CaseSelection.isForLongFormOnly(longCase, "", "long")).isFalse();
        assertThat(CaseSelection.isForLongFormOnly(longCase, "third", "short")).isFalse();
        assertThat(CaseSelection.isForLongFormOnly(other, "", "short")).isFalse();
    }

    private static List<String> selected(String phase) {
        return ALL.stream()
                .filter(name -> CaseSelection.isSelected(name, phase, ALL))
                .toList();
    }

    @Tag("example")
    @Order(2)
    static class Later {
        @Order(2)
        @ProofCase(value = "third", longOnly = true)
        void third() {}

        @Order(1)
        @ProofCase("second")
        void second() {}

        @ProofCase(value = "verdict", always = true)
        void verdict() {}
    }

    @Tag("example")
    @Order(1)
    static class Earlier {
        @ProofCase("first")
        void first() {}
    }
}
