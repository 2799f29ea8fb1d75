package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The state only moves forward. The last rows of the table try to move it back. */
class ReplicaStateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // steps         | ready | closes | uploads
                "''              | true  | false  | true",
                "drain           | false | true   | true",
                "stop            | false | true   | false",
                "drain stop      | false | true   | false",
                "drain drain     | false | true   | true",
                "stop drain      | false | true   | false",
                "drain stop stop drain | false | true | false",
            })
    void answersWhatFollowsFromIt(String steps, boolean ready, boolean closesConnections, boolean acceptsUploads) {
        ReplicaState state = new ReplicaState();
        for (String step : steps.split(" ", -1)) {
            switch (step) {
                case "drain" -> state.drain();
                case "stop" -> state.stop();
                default -> assertThat(step).isEmpty();
            }
        }
        assertThat(state.isReady()).isEqualTo(ready);
        assertThat(state.closesConnections()).isEqualTo(closesConnections);
        assertThat(state.acceptsUploads()).isEqualTo(acceptsUploads);
    }
}
