package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.ServerConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The order of a shutdown and its times, in milliseconds since the signal: a drain of 10 s, an upload timeout of 60 s.
 */
class ShutdownTest {
    private final ScriptedReplica replica = new ScriptedReplica();

    private void shutDown() throws Exception {
        shutDown("10s");
    }

    private void shutDown(String drainTime) throws Exception {
        ServerConfig config = ServerConfig.parse(Map.of("DRAIN_TIME", drainTime, "UPLOAD_TIMEOUT", "60s"));
        new Shutdown(config.timeBudgets(), replica.state(), replica, replica, replica).run();
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void drainsForItsWholeTimeEvenWithoutAnyConnection() throws Exception {
        shutDown();
        assertThat(replica.history())
                .containsExactly("0 not ready", "10000 no uploads", "10000 stops accepting", "10000 stopped");
    }

    @Test
    void doesNotDrainWithADrainTimeOfZero() throws Exception {
        replica.keepAliveResponse = true;
        shutDown("0s");
        assertThat(replica.history()).containsExactly("0 not ready", "0 no uploads", "0 stops accepting", "0 stopped");
    }

    @Test
    void extendsTheDrainUntilAKeepAliveResponseHasEnded() throws Exception {
        replica.keepAliveResponse = true;
        replica.at(seconds(25), () -> replica.keepAliveResponse = false);
        shutDown();
        assertThat(replica.history())
                .containsExactly("0 not ready", "25000 no uploads", "25000 stops accepting", "25000 stopped");
    }

    @Test
    void extendsTheDrainByHalfTheUploadTimeoutAtMost() throws Exception {
        replica.keepAliveResponse = true;
        shutDown();
        assertThat(replica.history())
                .containsExactly("0 not ready", "40000 no uploads", "40000 stops accepting", "40000 stopped");
    }

    @Test
    void givesAKeepAliveConnectionTwoSecondsForItsNextRequest() throws Exception {
        replica.keepAliveConnection = true;
        shutDown();
        assertThat(replica.history())
                .containsExactly("0 not ready", "12020 no uploads", "12020 stops accepting", "12020 stopped");
    }

    @Test
    void waitsNoLongerForAConnectionThatHasBeenSentClose() throws Exception {
        replica.keepAliveConnection = true;
        replica.at(seconds(11), () -> replica.keepAliveConnection = false);
        shutDown();
        assertThat(replica.history()).contains("11000 stops accepting");
    }

    @Test
    void startsTheTwoSecondsWhenTheResponseHasEnded() throws Exception {
        replica.keepAliveResponse = true;
        replica.at(seconds(15), () -> {
            replica.keepAliveResponse = false;
            replica.keepAliveConnection = true;
        });
        shutDown();
        assertThat(replica.history()).contains("17000 stops accepting");
    }

    /** A slow client has not received the response whose end has been written, so it cannot send its next request. */
    @Test
    void startsTheTwoSecondsWhenTheClientHasReceivedTheResponse() throws Exception {
        replica.keepAliveResponse = true;
        replica.everythingReceived = false;
        replica.at(seconds(15), () -> {
            replica.keepAliveResponse = false;
            replica.keepAliveConnection = true;
        });
        replica.at(seconds(20), () -> replica.everythingReceived = true);
        shutDown();
        assertThat(replica.history()).contains("22000 stops accepting");
    }

    @ParameterizedTest
    @CsvSource({"30, 30", "69, 69", "70, 70", "71, 70", "1000, 70"})
    void letsTransfersFinishForTheUploadTimeoutAfterTheDrain(int end, int stopped) throws Exception {
        replica.requests = 1;
        replica.at(seconds(end), () -> replica.requests = 0);
        shutDown();
        assertThat(replica.history())
                .containsExactly("0 not ready", "10000 no uploads", "10000 stops accepting", stopped + "000 stopped");
    }

    @Test
    void countsTheExtensionAsTimeOfTheTransfers() throws Exception {
        replica.keepAliveResponse = true;
        replica.requests = 1;
        shutDown();
        assertThat(replica.history()).contains("40000 stops accepting", "70000 stopped");
    }

    @Test
    void waitsUntilClientsHaveReceivedTheirResponses() throws Exception {
        replica.everythingReceived = false;
        replica.at(seconds(33), () -> replica.everythingReceived = true);
        shutDown();
        assertThat(replica.history()).contains("10000 stops accepting", "33000 stopped");
    }

    @Test
    void drainsForTheWholeTimeAfterAStartThatTheSignalInterrupts() throws Exception {
        replica.startFinished = false;
        replica.at(seconds(5), () -> replica.startFinished = true);
        shutDown();
        assertThat(replica.history())
                .containsExactly("0 not ready", "15000 no uploads", "15000 stops accepting", "15000 stopped");
    }

    /** The grace period of the pod runs from the signal on, so a start must not make the shutdown longer. */
    @Test
    void takesTheTimeOfTheStartOffTheTransfers() throws Exception {
        replica.startFinished = false;
        replica.requests = 1;
        shutDown();
        assertThat(replica.history()).contains("40000 stops accepting", "70000 stopped");
    }

    @Test
    void endsEvenIfTheServerFailsToStop() throws Exception {
        replica.failsToStop = true;
        shutDown();
        assertThat(replica.history()).endsWith("10000 stopped");
    }
}
