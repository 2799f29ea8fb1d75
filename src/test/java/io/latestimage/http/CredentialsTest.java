package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    @ParameterizedTest
    @CsvSource({
        "Bearer s3cret, s3cret",
        "bearer s3cret, s3cret",
        "BEARER   s3cret, s3cret",
        "'  Bearer s3cret  ', s3cret",
        "Bearer a:b==, a:b==",
    })
    void readsTheTokenOfBearer(String header, String token) {
        assertToken(header, token);
    }

    /** Whatever the user is called; and a password may contain colons, spaces and any letter. */
    @ParameterizedTest
    @CsvSource({
        "camera:s3cret, s3cret",
        ":s3cret, s3cret",
        "camera:a:b, a:b",
        "camera::, :",
        "'camera:two words', two words",
        "caméra:schlüssel, schlüssel",
    })
    void readsThePasswordOfBasic(String pair, String token) {
        String encoded = Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
        assertToken("Basic " + encoded, token);
        assertToken("basic  " + encoded + " ", token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "s3cret",
                "Bearer",
                "Bearer ",
                "Bearers s3cret",
                "Bearer:s3cret",
                "Digest username=\"camera\"",
                "Basic",
                "Basic ",
                "Basic s3cret!",
                "Basic Y2FtZXJh",
                "Basic Y2FtZXJhOnMzY3JldA== Y2FtZXJhOnMzY3JldA==",
            })
    void findsNoTokenInAnythingElse(String header) {
        assertThat(Credentials.parse(header)).isEmpty();
    }

    private static void assertToken(String header, String token) {
        assertThat(Credentials.parse(header))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(token.getBytes(UTF_8)));
    }
}
